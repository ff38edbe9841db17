"""What residents are sent, word for word: short, plain, no personal data beyond what the message is for."""

from typing import Final

TEMPLATES: Final[dict[str, str]] = {
    "tracking": "【抚州社工】您的需求已登记，编号{reference}。查询进度：{link}",
    "visit": "【抚州社工】社工将于{when}与您联系，如需更改请致电社工站。",
    "on_duty_crisis": "【抚州社工】有一件危机需求待处理，编号{reference}，请立即登录平台。",
}


def written(template: str, parameters: dict[str, str]) -> str:
    """The text of a message.

    Raises:
        KeyError: there is no such template, or a parameter is missing.
    """
    return TEMPLATES[template].format_map(parameters)
