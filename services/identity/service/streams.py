"""What of the facts of identity is shown to screens as it happens, and what is not."""

from typing import Final

from services.identity.repository.sight import accounts_seen
from shared.kit.streams.sights import Sight, Stream
from shared.schemas.access import Action
from shared.schemas.facts import identity as facts

STREAM: Final = Stream(
    action=Action.FOLLOW_ACCOUNTS,
    shown={facts.AccountChanged: Sight(Action.READ_ACCOUNTS, accounts_seen, key=str)},
    kept_back={facts.AccessRevoked: "It numbers somebody's session, and is said so that services refuse its tokens."},
)
