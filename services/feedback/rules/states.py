"""Where surveys, calls, complaints and suggestions stand, and who is not asked."""

from enum import StrEnum
from typing import Final

from shared.schemas.vocabulary import Outcome


class SurveyStatus(StrEnum):
    """`waiting` for its invitation, `invited` by link, on the `call_back` list, and how it ended."""

    WAITING = "waiting"
    INVITED = "invited"
    CALL_BACK = "call_back"
    ANSWERED = "answered"
    CLOSED = "closed"
    NOT_ASKED = "not_asked"
    # Its need was entered in error: it counts nowhere.
    VOID = "void"

    @classmethod
    def open(cls) -> "frozenset[SurveyStatus]":
        """Those that can still be answered."""
        return frozenset({cls.WAITING, cls.INVITED, cls.CALL_BACK})


class CallBackReason(StrEnum):
    """Why a person is called: the message could not be sent, or the month's sample chose them."""

    NO_LINK = "no_link"
    SAMPLE = "sample"


class CallBackStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    UNREACHED = "unreached"
    VOID = "void"


class Decision(StrEnum):
    """What the county decided of a dispute."""

    REOPENED = "reopened"
    DECLINED = "declined"


class ComplaintStatus(StrEnum):
    LODGED = "lodged"
    ASSIGNED = "assigned"
    SETTLED = "settled"


class SuggestionStatus(StrEnum):
    MADE = "made"
    ANSWERED = "answered"
    ADOPTED = "adopted"


# Nobody is asked after this: it would hurt. Whoever states any other end cannot keep the person from being asked.
NOT_ASKED: Final = frozenset({Outcome.DIED})
MOST_CALLS: Final = 3
