"""Who may do what: one table of roles, actions and how far each reaches. It is tested whole.

`Reach` says which rows an action opens to a role:

    own       what this account made or asked
    station   the stations of its grant
    division  the divisions of its grant and all below
    provider  the provider of its grant
    city      everywhere

The same words are told to PostgreSQL, whose row-level security enforces them a second time.
"""

from shared.schemas.access.actions import Action
from shared.schemas.access.audiences import AUDIENCES
from shared.schemas.access.grants import Grant, Reach, Role
from shared.schemas.access.table import TABLE

__all__ = ["AUDIENCES", "TABLE", "Action", "Grant", "Reach", "Role"]
