"""What of the facts of needs is shown to screens as it happens, and what is not."""

from typing import Final

from services.needs.repository.sight import needs_seen
from shared.kit.streams.sights import Sight, Stream
from shared.schemas.access import Action
from shared.schemas.facts import Fact
from shared.schemas.facts import needs as facts

FILE: Final = "A person's file is read one at a time, with its purpose, and the reading is written down."

OF_NEEDS: Final[tuple[type[Fact], ...]] = (
    facts.NeedRegistered, facts.NeedChanged, facts.NeedTriaged, facts.NeedContacted, facts.NeedStarted,
    facts.NeedWaiting, facts.NeedResolved, facts.NeedWithdrawn, facts.NeedReferredOut, facts.NeedJoined,
    facts.NeedReopened, facts.NeedClosed, facts.NeedPaused, facts.NeedResumed, facts.ReopeningDeclined,
    facts.ClockWarned, facts.ClockBreached,
)  # fmt: skip

STREAM: Final = Stream(
    action=Action.FOLLOW_NEEDS,
    shown=dict.fromkeys(OF_NEEDS, Sight(Action.READ_NEEDS, needs_seen))
    # It names who is on duty: for those who work on needs, and not for those who asked.
    | {facts.CrisisRaised: Sight(Action.EDIT_NEED, needs_seen)},
    kept_back={
        facts.ResidentChanged: FILE,
        facts.ConsentChanged: FILE,
        facts.ResidentsMerged: FILE,
        facts.ResidentsSplit: FILE,
        facts.ReferenceChanged: "Rows come by the thousand when a table is adopted; screens read the table again.",
    },
)
