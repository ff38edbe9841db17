"""What went wrong with a fact: its own fault, or something that passes by itself."""

from asyncpg.exceptions import InterfaceError as DriverInterfaceError
from asyncpg.exceptions import InternalClientError
from sqlalchemy.exc import DBAPIError, InterfaceError

# The connection, the database's resources or its disk, a database that may only be read, an operator's hand, a
# deadlock or a row held too long by somebody else: no fault of the fact. It is waited out and tried again, not parked.
PASSING = ("08", "25006", "40", "53", "55P03", "57P", "58")


def passes_by_itself(trouble: BaseException) -> bool:
    """Whether to wait and try again; else the fact is parked."""
    if isinstance(trouble, OSError | InterfaceError | DriverInterfaceError | InternalClientError):
        return True
    source = trouble.orig if isinstance(trouble, DBAPIError) else trouble
    return str(getattr(source, "sqlstate", None) or "").startswith(PASSING) or (
        isinstance(trouble, DBAPIError) and trouble.connection_invalidated
    )


def describe(trouble: BaseException) -> str:
    """What went wrong, without any value that may be personal."""
    return f"{type(trouble).__module__}.{type(trouble).__name__}"
