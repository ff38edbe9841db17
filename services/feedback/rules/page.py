"""The plain page for old phones: one form, no script, nothing fetched."""

from typing import Final

from shared.schemas.vocabulary import Solved

POLICY: Final = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_FRAME: Final = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>服务评价</title></head>'
    "<body><h1>服务评价</h1>{body}</body></html>"
)
_SCORES: Final = ("很不满意", "不满意", "一般", "满意", "非常满意")


def _choice(name: str, value: object, words: str) -> str:
    return f'<p><label><input type="radio" name="{name}" value="{value}" required> {words}</label></p>'


def _question(words: str, choices: str) -> str:
    return f"<fieldset><legend>{words}</legend>{choices}</fieldset>"


def asking(*, is_incomplete: bool = False) -> str:
    """The form. It is sent to its own address, so the link is written nowhere in it."""
    responded = _choice("responded", "yes", "有") + _choice("responded", "no", "没有")
    solved = "".join(_choice("solved", each.value, each.zh) for each in Solved)
    scores = "".join(_choice("satisfaction", n, f"{n} {words}") for n, words in enumerate(_SCORES, start=1))
    return _FRAME.format(
        body=("<p><strong>请回答前三个问题再提交。</strong></p>" if is_incomplete else "")
        + '<form method="post">'
        + _question("有没有人与您联系、为您办理？", responded)
        + _question("您的问题解决了吗？", solved)
        + _question("您满意吗？", scores)
        + '<p><label>想说的话（可不填）<br><textarea name="words" rows="4" maxlength="2000"></textarea></label></p>'
        + '<p><button type="submit">提交</button></p></form>'
        + "<p>您的评价不会告诉经办人是谁说的。</p>"
    )


def telling(words: str) -> str:
    """A page that only says something."""
    return _FRAME.format(body=f"<p>{words}</p>")


def parsed(fields: dict[str, list[str]]) -> dict[str, object]:
    """A posted form as the interface takes it; what is missing stays out and is refused there."""
    told: dict[str, object] = {name: values[-1] for name, values in fields.items() if values}
    if "responded" in told:
        told["responded"] = told["responded"] == "yes"
    if str(told.get("satisfaction", "")).isdecimal():
        told["satisfaction"] = int(str(told["satisfaction"]))
    if not str(told.get("words", "")).strip():
        told.pop("words", None)
    return told
