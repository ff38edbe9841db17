"""Identity: who may; accounts with scoped roles, machines with secrets, and the tokens of both.

Owns       accounts, clients
Announces  identity.account_changed.v1  identity.access_revoked.v1
Listens    needs.reference_changed.v1
"""
