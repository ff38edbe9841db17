"""Console: the portal and the desks, pages over the other services' interfaces and nothing of their truth.

Owns       sessions of people who signed in, drafts that they have not sent yet
Announces  –
Listens    needs.reference_changed.v1
"""
