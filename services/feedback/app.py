"""The service of feedback, wired."""

from services.feedback import handlers, timers
from services.feedback.api import answers, callbacks, complaints, figures, suggestions, surveys
from services.feedback.repository import standing
from services.feedback.service import reconciling
from services.feedback.service.streams import STREAM
from services.feedback.settings import Settings
from shared.kit.service import Service
from shared.schemas.facts.feedback import AuditSealed

service = Service(
    name="feedback",
    title="Feedback · 评价反馈",
    description="Whoever was served says how it went; those who served neither answer nor see who said what.",
    settings=Settings,
    seals=AuditSealed,
    routers=(
        surveys.router, callbacks.router, answers.router, figures.router, complaints.router, suggestions.router,
    ),
    ears=(handlers,),
    timers=(timers,),
    stream=STREAM,
    tells=(standing,),
    promises=(reconciling,),
)  # fmt: skip
app, internal = service.build()
