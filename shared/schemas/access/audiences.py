"""The services that each role calls: a token is good at these and nowhere else (RFC 9068 `aud`).

Whoever signs in calls identity too: it tells them who they are and where they are signed in. The console reads the
tokens of those who sit at its desks.
"""

from typing import Final

from shared.schemas.access.grants import Role

_EVERY_SERVICE: Final = ("needs", "matching", "cases", "feedback", "insights", "identity", "console")
AUDIENCES: Final[dict[Role, tuple[str, ...]]] = dict.fromkeys(Role, _EVERY_SERVICE) | {
    Role.RESIDENT: ("needs", "feedback", "identity", "console"),
    Role.FRONT_END: ("needs", "feedback", "identity"),
    Role.HOTLINE_OPERATOR: ("needs", "feedback", "cases", "identity", "console"),
    Role.PROVIDER_OFFICER: ("needs", "matching", "feedback", "identity", "console"),
    Role.PROVIDER_SYSTEM: ("needs", "matching", "feedback", "identity"),
}
