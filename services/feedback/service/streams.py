"""What of the facts of feedback is shown to screens as it happens, and what is not."""

from typing import Final

from services.feedback.repository.sight import complaints_seen, suggestions_seen
from shared.kit.streams.sights import Sight, Stream
from shared.schemas.access import Action
from shared.schemas.facts import Fact
from shared.schemas.facts import feedback as facts

OF_COMPLAINTS: Final[tuple[type[Fact], ...]] = (
    facts.ComplaintLodged, facts.ComplaintOverdue, facts.ComplaintSettled,
)  # fmt: skip
OF_SUGGESTIONS: Final[tuple[type[Fact], ...]] = (facts.SuggestionMade, facts.SuggestionAdopted)

STREAM: Final = Stream(
    action=Action.FOLLOW_VOICES,
    shown=dict.fromkeys(OF_COMPLAINTS, Sight(Action.READ_COMPLAINTS, complaints_seen))
    | dict.fromkeys(OF_SUGGESTIONS, Sight(Action.READ_SUGGESTIONS, suggestions_seen)),
    kept_back={
        facts.SurveyInvited: "Whoever handled a need must not know whom is asked, or they could steer it.",
        facts.SurveyAnswered: "Who said what is read one at a time, by those who did not handle it, and written down.",
        facts.SurveyVoided: "Whose need was an error is nobody's business but the station's, which knows it.",
        facts.SurveyClosed: "Whether somebody answered tells of who said what.",
    },
)  # fmt: skip
