"""Which settings production refuses: a list of small rules over what a service reads from its environment."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, TypeAlias
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from shared.kit.provider import Provider
from shared.kit.safety.keys import client_secret, keys
from shared.kit.safety.refusals import Danger, UnsafeSettings
from shared.kit.settings import ClockMode, SharedSettings

Rule: TypeAlias = Callable[[SharedSettings], Iterator[Danger]]
SHORTEST_PASSWORD: Final = 12
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
ANYBODY: Final = ("*", "null")
NO_SAMPLE: Final = (None, "", "none")


def database(settings: SharedSettings, *, service: str) -> Iterator[Danger]:
    """A server that trusts everybody asks for no password; an owner or superuser passes every row's policy by."""
    name, address = f"{service.upper()}_DATABASE_URL", urlsplit(settings.database_url.get_secret_value())
    password, user = unquote(address.password or ""), address.username or ""
    if not password:
        yield Danger(
            name,
            "it holds no password, so the server trusts whoever comes. Let PostgreSQL ask by scram-sha-256 in"
            " pg_hba.conf, and put the role's password into the address.",
            "地址中没有口令，说明数据库信任任何来者。请在 pg_hba.conf 中启用 scram-sha-256，并把角色口令写入地址。",
        )
    elif len(password) < SHORTEST_PASSWORD or password == user:
        yield Danger(
            name,
            f"the password is short or known to everybody. Give the role one of {SHORTEST_PASSWORD} characters or more,"
            " as `fuzhou secrets FOLDER` makes them.",
            f"口令过短或人所共知。请设置至少 {SHORTEST_PASSWORD} 个字符的口令，如 `fuzhou secrets 目录` 所生成。",
        )
    if user != f"{service}_app":
        yield Danger(
            name,
            f"the service must work as the role {service}_app, for which row-level security holds; not as an owner or"
            " superuser. `fuzhou migrate` makes it.",
            f"服务必须以受行级安全约束的角色 {service}_app 连接，不得使用属主或超级用户。`fuzhou migrate` 会创建它。",
        )


def clock(settings: SharedSettings) -> Iterator[Danger]:
    if settings.clock is not ClockMode.LIVE:
        yield Danger(
            "FUZHOU_CLOCK",
            "a played clock lets whoever may advance it set every deadline. Leave it out.",
            "演练时钟允许人为改变一切时限。请去掉此设置。",
        )


def ears(settings: SharedSettings, *, service: str) -> Iterator[Danger]:
    if not settings.listens:
        yield Danger(
            f"{service.upper()}_LISTENS",
            "the service would hear no facts, not even of revoked access, and no timer would fire. Leave it out.",
            "服务将收不到任何事实（包括权限撤销），定时任务也不会执行。请去掉此设置。",
        )


def sample(settings: SharedSettings) -> Iterator[Danger]:
    if settings.sample not in NO_SAMPLE:
        yield Danger(
            "FUZHOU_SAMPLE",
            "it asks for made-up people, whose accounts everybody knows. Leave it out, or say `none`.",
            "该设置要求生成示例人员，其账号人人皆知。请去掉，或设为 none。",
        )


def origins(settings: SharedSettings) -> Iterator[Danger]:
    if any(origin in ANYBODY or "*" in origin for origin in settings.allowed_origins):
        yield Danger(
            "FUZHOU_ALLOWED_ORIGINS",
            "a wildcard lets the page of any site call with a person's token. Name each front end's origin, e.g."
            ' ["https://shegong.example.gov.cn"].',
            '通配符允许任何网站的页面携带用户令牌调用。请逐一写明前端来源，例如 ["https://shegong.example.gov.cn"]。',
        )
    elif any(_is_plain(origin) for origin in settings.allowed_origins):
        yield _plain("FUZHOU_ALLOWED_ORIGINS")


def addresses(settings: SharedSettings, *, service: str) -> Iterator[Danger]:
    """Tokens, links and cookies travel to these; on this machine itself nobody listens in."""
    if _is_plain(settings.issuer):
        yield _plain("FUZHOU_ISSUER")
    if _is_plain(getattr(settings, "public_address", "")):
        yield _plain(f"{service.upper()}_PUBLIC_ADDRESS")


def provider(settings: SharedSettings) -> Iterator[Danger]:
    """Keys that anybody on the way could replace prove nothing."""
    if settings.provider_file is None:
        return
    try:
        other = Provider.from_file(settings.provider_file)
    except (OSError, ValueError):
        yield Danger(
            "FUZHOU_PROVIDER_FILE",
            "no readable file lies there. docs/guides/signing-in.md shows one; leave it out where identity signs in.",
            "该处没有可读的文件。写法见 docs/guides/signing-in.md；若由本平台登录，请去掉此设置。",
        )
        return
    if _is_plain(other.issuer) or _is_plain(other.jwks_uri or ""):
        yield _plain("FUZHOU_PROVIDER_FILE")


def _plain(setting: str) -> Danger:
    return Danger(
        setting,
        "an address in it is http, and what travels there can be read and changed on the way. Use https.",
        "其中有 http 地址，传输内容可被窃听和篡改。请使用 https。",
    )


def _is_plain(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname not in LOOPBACK


def rules(service: str) -> Sequence[Rule]:
    """All rules, in the order in which they are told."""
    return (
        keys, client_secret, partial(database, service=service), clock, partial(ears, service=service), sample,
        origins, partial(addresses, service=service), provider,
    )  # fmt: skip


def read(kind: type[SharedSettings], service: str) -> SharedSettings:
    """What the environment says, where that is whole and, in production, safe.

    Raises:
        UnsafeSettings: with every danger and its remedy.
    """
    try:
        settings = kind()
    except ValidationError as wrong:
        # The error itself would print what was given, and that may be a secret.
        raise UnsafeSettings(
            service, [_unreadable(kind, error["loc"], error["type"]) for error in wrong.errors()]
        ) from None
    if settings.is_production:
        dangers = [danger for rule in rules(service) for danger in rule(settings)]
        if dangers:
            raise UnsafeSettings(service, dangers)
    return settings


def _unreadable(kind: type[SharedSettings], place: Sequence[int | str], trouble: str) -> Danger:
    name = _variable(kind, str(place[0]) if place else "")
    if trouble == "missing":
        return Danger(
            name,
            "it is not set, and the service cannot do without it. docker-compose.yml shows all.",
            "未设置，而服务离不开它。应设置的内容见 docker-compose.yml。",
        )
    return Danger(name, f"what it says cannot be read ({trouble}).", f"其内容无法解析（{trouble}）。")


def _variable(kind: type[SharedSettings], field: str) -> str:
    """The environment's name of a setting."""
    told = kind.model_fields.get(field)
    prefix = str(kind.model_config.get("env_prefix", ""))
    return str(told.validation_alias) if told is not None and told.validation_alias else f"{prefix}{field}".upper()
