"""The tables of the console: who is signed in here, who is on the way, and what is not sent yet."""

from services.console.models.drafts import Draft
from services.console.models.sessions import DeskSession, SignIn
from services.console.models.table import Table

__all__ = ["DeskSession", "Draft", "SignIn", "Table"]
