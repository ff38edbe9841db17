"""The tables of identity, and the verbs they know."""

from services.identity.models.accounts import Account
from services.identity.models.clients import Client, secret_hash
from services.identity.models.seals import HeldSeal
from services.identity.models.sessions import AuthorizationCode, Link, Lockout, RefreshToken, SignIn, hashed
from services.identity.models.table import Table

__all__ = [
    "Account", "AuthorizationCode", "Client", "HeldSeal", "Link", "Lockout", "RefreshToken", "SignIn", "Table",
    "hashed", "secret_hash",
]  # fmt: skip
