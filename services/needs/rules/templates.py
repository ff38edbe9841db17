"""What residents are sent, word for word: short, plain, no personal data beyond what the message is for."""

from typing import Final

TEMPLATES: Final[dict[str, str]] = {
    "tracking": "【抚州社工】您的需求已登记，编号{reference}。查询进度：{link}",
    "survey": "【抚州社工】您反映的事项已办结，请点此评价服务：{link}（一次有效，无需登录）",
    "declined": "【抚州社工】您的需求{reference}要求再次受理，经县级复核不再受理。如有异议请致电12345。",
    "visit": "【抚州社工】社工将于{when}与您联系，如需更改请致电社工站。",
}
# Its link is a credential that only the platform knows; a link that somebody else writes would look like ours. And
# what the county decided is told when it has decided, and by nobody else.
ONLY_BY_THE_PLATFORM: Final = frozenset({"tracking", "declined"})
# The same for a link that another service of the platform made.
ONLY_BY_SERVICES: Final = frozenset({"survey"})


def written(template: str, parameters: dict[str, str]) -> str:
    """The text of a message.

    Raises:
        KeyError: there is no such template, or a parameter is missing.
    """
    return TEMPLATES[template].format_map(parameters)
