"""What every service says of a sealed batch of its audit trail."""

from datetime import datetime

from pydantic import BaseModel


class Seal(BaseModel):
    """A seal of a service's trail, numbered one by one.

    It covers `entries` entries, from entry `first` to entry `last` in the order of their transactions. `digest` is the
    chain's SHA-256 so far, in hexadecimal digits.
    """

    service: str
    seal: int
    first: int
    last: int
    entries: int
    digest: str
    sealed_at: datetime
