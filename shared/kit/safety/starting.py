"""What a service looks at before it starts: its settings, its keys, and what its own guards find in the database."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias

from joserfc.errors import JoseError
from sqlalchemy.exc import SQLAlchemyError

from shared.kit.database import Database
from shared.kit.safety.refusals import Danger, UnsafeSettings
from shared.kit.safety.settings import read
from shared.kit.settings import SharedSettings

Guard: TypeAlias = Callable[[Database], Awaitable[Sequence[Danger]]]
NO_SIGNING_KEY: Final = Danger(
    "FUZHOU_SIGNING_KEY_FILE",
    "no private key of the curve P-256 lies there, so no token could be given. Put yours back, or make one with"
    " `fuzhou secrets FOLDER`.",
    "该处没有 P-256 私钥，无法签发令牌。请放回原有密钥，或用 `fuzhou secrets 目录` 生成。",
)


async def settings_to_start_with(
    service: str, kind: type[SharedSettings], *, own_keys: Callable[[Any], object] | None, guards: Sequence[Guard]
) -> SharedSettings:
    """The settings of a service that is about to start.

    Raises:
        UnsafeSettings: it must not start with them.
    """
    settings = read(kind, service)
    if settings.is_production:
        if own_keys is not None and not _gives_keys(own_keys, settings):
            raise UnsafeSettings(service, [NO_SIGNING_KEY])
        await _ask(service, settings, guards)
    return settings


def _gives_keys(own_keys: Callable[[Any], object], settings: SharedSettings) -> bool:
    try:
        own_keys(settings)
    except (JoseError, OSError, ValueError, KeyError, TypeError):
        return False
    return True


async def _ask(service: str, settings: SharedSettings, guards: Sequence[Guard]) -> None:
    if not guards:
        return
    database = Database.at(settings.database_url.get_secret_value(), pool_size=1)
    dangers: list[Danger] = []
    try:
        for guard in guards:
            # A database that is away stops nobody from starting: the service answers 503 until it is back.
            with suppress(SQLAlchemyError, OSError):
                dangers += await guard(database)
    finally:
        await database.close()
    if dangers:
        raise UnsafeSettings(service, dangers)
