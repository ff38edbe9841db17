"""What every service must not leave lying: facts that could not be taken in, timers that were given up."""

from sqlalchemy import String, cast, func, select

from shared.kit.feed.listening import ParkedFact
from shared.kit.promises import Promise
from shared.kit.standing import Subjects
from shared.kit.timers import Timer


def _parked() -> Subjects:
    return select(
        (ParkedFact.publisher + " " + ParkedFact.subject).label("id"),
        func.count().label("parked"),
        func.min(ParkedFact.error).label("error"),
    ).group_by(ParkedFact.publisher, ParkedFact.subject)


def _given_up() -> Subjects:
    return select(cast(Timer.id, String).label("id"), Timer.kind, Timer.given_up).where(Timer.given_up.is_not(None))


# Neither has a rule that heals it: its cause is mended, then it is replayed or let go by hand.
NOTHING_PARKED = Promise(name="kit.nothing_parked", ours=_parked)
NOTHING_GIVEN_UP = Promise(name="kit.no_timer_given_up", ours=_given_up)
