"""The tables of identity, and the verbs they know."""

from services.identity.models.accounts import Account
from services.identity.models.clients import Client, secret_hash
from services.identity.models.table import Table

__all__ = ["Account", "Client", "Table", "secret_hash"]
