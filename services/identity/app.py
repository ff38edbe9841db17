"""The service of identity, wired."""

from services.identity import handlers
from services.identity.api import accounts, clients, tokens
from services.identity.repository import standing
from services.identity.service import reconciling
from services.identity.service.keys import public_keys
from services.identity.service.streams import STREAM
from services.identity.settings import Settings
from shared.kit.service import Service

service = Service(
    name="identity",
    title="Identity · 身份与权限",
    description="Who may: accounts with scoped roles, machines with secrets, and the tokens of both.",
    settings=Settings,
    routers=(tokens.router, accounts.router, clients.router),
    ears=(handlers,),
    tells=(standing,),
    promises=(reconciling,),
    wiring=(tokens.speak_oauth,),
    own_keys=public_keys,
    stream=STREAM,
)
app, internal = service.build()
