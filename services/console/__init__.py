"""Console: the portal and the desks, pages over the other services' interfaces and nothing of their truth.

Owns       sessions of people who signed in, drafts that they have not sent yet
Announces  console.audit_sealed.v1
Listens    needs.reference_changed.v1
"""
