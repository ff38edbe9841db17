"""The service of identity, wired."""

from services.identity import handlers
from services.identity.api import accounts, authorize, clients, leaving, links, pages, sessions, tokens
from services.identity.repository import standing
from services.identity.service import reconciling
from services.identity.service.guards import no_sample_people
from services.identity.service.keys import public_keys
from services.identity.service.streams import STREAM
from services.identity.settings import Settings
from shared.kit.service import Service
from shared.schemas.facts.identity import AuditSealed

service = Service(
    name="identity",
    title="Identity · 身份与权限",
    description="Who may: accounts with scoped roles, machines with secrets, and the tokens of both.",
    settings=Settings,
    seals=AuditSealed,
    routers=(
        authorize.router,
        tokens.router,
        leaving.router,
        sessions.router,
        links.router,
        accounts.router,
        clients.router,
    ),
    ears=(handlers,),
    tells=(standing,),
    promises=(reconciling,),
    wiring=(tokens.speak_oauth, pages.serve_assets),
    own_keys=public_keys,
    guards=(no_sample_people,),
    stream=STREAM,
)
app, internal = service.build()
