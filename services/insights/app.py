"""The service of insights, wired."""

from services.insights import handlers
from services.insights.api import figures, lists
from services.insights.settings import Settings
from shared.kit.service import Service

service = Service(
    name="insights",
    title="Insights · 数据决策",
    description="What has happened, counted: response times, indicators, the three lists, packages.",
    settings=Settings,
    routers=(figures.router, lists.router),
    ears=(handlers,),
)
app, internal = service.build()
