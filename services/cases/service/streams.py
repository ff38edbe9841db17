"""What of the facts of cases is shown to screens as it happens."""

from typing import Final

from services.cases.repository.sight import cases_seen, stations_seen, workers_seen
from shared.kit.streams.sights import Sight, Stream
from shared.schemas.access import Action
from shared.schemas.facts import Fact
from shared.schemas.facts import cases as facts

OF_CASES: Final[tuple[type[Fact], ...]] = (
    facts.CaseOpened, facts.CaseJoined, facts.CaseReopened, facts.ContactMade, facts.ServiceRecorded,
    facts.StageChanged, facts.CaseTransferred, facts.CaseAssigned, facts.CaseClosed, facts.PartEnded,
)  # fmt: skip
OF_WORKERS: Final[tuple[type[Fact], ...]] = (facts.WorkerJoined, facts.WorkerChanged, facts.WorkerLeft)

STREAM: Final = Stream(
    action=Action.FOLLOW_CASES,
    shown=dict.fromkeys(OF_CASES, Sight(Action.READ_CASES, cases_seen))
    # The township is told of what nobody has, and reads no case.
    | {facts.CaseUnowned: Sight(Action.READ_UNOWNED_CASES, cases_seen)}
    | dict.fromkeys(OF_WORKERS, Sight(Action.READ_WORKERS, workers_seen))
    | {facts.StationChanged: Sight(Action.READ_STATIONS, stations_seen)},
    kept_back={},
)
