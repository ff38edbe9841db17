"""The services that are built, and the addresses they have on one machine."""

from typing import Final

# The order fixes the ports, so a service yet to be built already has its own.
ORDER: Final = ("needs", "matching", "cases", "feedback", "insights", "identity", "console")
BUILT: Final = ("needs", "matching", "cases", "feedback", "insights", "identity", "console")
DOOR_PORT: Final = 8000
_FIRST_PUBLIC: Final = 8101
_FIRST_INTERNAL: Final = 8201


def public_port(service: str) -> int:
    """Where the front door finds a service."""
    return _FIRST_PUBLIC + ORDER.index(service)


def internal_port(service: str) -> int:
    """Where the other services find its feed; the front door does not know it."""
    return _FIRST_INTERNAL + ORDER.index(service)
