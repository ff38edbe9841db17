"""Identity: who may; accounts with scoped roles, machines with secrets, and the tokens of both.

Owns       accounts, clients, everybody's seals
Announces  identity.account_changed.v1  identity.access_revoked.v1
           identity.audit_sealed.v1
Listens    needs.reference_changed.v1  needs.audit_sealed.v1  matching.audit_sealed.v1  cases.audit_sealed.v1
           feedback.audit_sealed.v1  insights.audit_sealed.v1  console.audit_sealed.v1  identity.audit_sealed.v1
"""
