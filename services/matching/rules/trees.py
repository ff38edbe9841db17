"""Reading an eligibility tree when it is saved: every fault with the place where it is, in words with the remedy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from shared.kit.wording import both_languages, choices
from shared.schemas.reference import Node

# Far more than any rule of the day needs; it keeps one listing from costing every search.
DEEPEST: Final = 8
MOST_NODES: Final = 100

_TREE: Final[TypeAdapter[Node]] = TypeAdapter(Node)
_BRANCHES: Final = ("all", "any", "not")

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "missing": ("This is required here; add it.", "此处缺少该项，请补充。"),
    "extra_forbidden": ("This is not known here; remove it.", "此处不认识该项，请删除。"),
    "enum": ("{input} is not known; write one of {expected}.", "不认识「{input}」，可用取值为 {expected_zh}。"),
    **dict.fromkeys(("model_type", "dict_type"), ("This must be an object: {{...}}.", "此处应为对象：{{...}}。")),
    "too_deep": (f"Nest at most {DEEPEST} levels.", f"条件嵌套不得超过{DEEPEST}层。"),
    "too_many": (f"Write at most {MOST_NODES} conditions.", f"条件不得超过{MOST_NODES}条。"),
    "shapeless": (
        "Write one of all, any and not, or a rule: field, operator, value and because.",
        "请写 all、any、not 之一，或一条规则：field、operator、value、because。",
    ),
    "empty": ("An empty list decides nothing; write at least one condition.", "条件列表不能为空，请至少写一条。"),
}
_OTHERWISE: Final = ("This has the wrong shape: {message}.", "该项的形式有误：{message}。")


@dataclass(frozen=True, slots=True)
class TreeFault:
    """What is wrong, and where: a JSON pointer (RFC 6901) from the tree's root."""

    pointer: str
    en: str
    zh: str


class TreeNotReadable(ValueError):
    """The tree has faults; all of them are told at once."""

    def __init__(self, faults: Sequence[TreeFault]) -> None:
        super().__init__("; ".join(f"{fault.pointer}: {fault.en}" for fault in faults))
        self.faults = tuple(faults)


def read_tree(document: object) -> Node:
    """The tree, or `TreeNotReadable` with every fault."""
    faults = _size_faults(document)
    if faults:
        raise TreeNotReadable(faults)
    try:
        return _TREE.validate_python(document)
    except ValidationError as error:
        raise TreeNotReadable([_fault(each) for each in error.errors(include_url=False)]) from None


def _size_faults(document: object) -> list[TreeFault]:
    """Too deep, too many, or empty. Walked with a list of its own, so that no document exhausts the stack."""
    faults, seen, open_nodes = [], 0, [(document, "", 1)]
    while open_nodes:
        node, pointer, depth = open_nodes.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST_NODES:
            return [_say("too_deep" if depth > DEEPEST else "too_many", pointer)]
        if isinstance(node, Mapping):
            if not any(key in node for key in (*_BRANCHES, "field")):
                faults.append(_say("shapeless", pointer))
            faults += [_say("empty", f"{pointer}/{key}") for key in ("all", "any") if node.get(key) == []]
            open_nodes += [(part, f"{pointer}/{place}", depth + 1) for place, part in _parts(node)]
    return faults


def _parts(node: Mapping[str, Any]) -> list[tuple[str, object]]:
    lists = [(key, node[key]) for key in ("all", "any") if isinstance(node.get(key), list)]
    inner = [("not", node["not"])] if "not" in node else []
    return [(f"{key}/{place}", part) for key, parts in lists for place, part in enumerate(parts)] + inner


def _fault(error: Mapping[str, Any]) -> TreeFault:
    pointer = _pointer(error["loc"])
    if error["type"] == "value_error":
        return TreeFault(pointer, *both_languages(str(error["ctx"]["error"])))
    expected, expected_zh = choices(error.get("ctx", {}))
    return _say(
        error["type"], pointer, input=error["input"], expected=expected, expected_zh=expected_zh, message=error["msg"]
    )


def _say(kind: str, pointer: str, **words: object) -> TreeFault:
    english, chinese = _WORDS.get(kind, _OTHERWISE)
    return TreeFault(pointer, english.format(**words), chinese.format(**words))


def _pointer(location: tuple[int | str, ...]) -> str:
    """The document's own path. Each node's location begins with the name of its shape, which is not in the document."""
    path: list[str] = []
    rest = list(location)
    while rest:
        rest.pop(0)
        step = 2 if rest and rest[0] in ("all", "any") else 1 if rest and rest[0] == "not" else len(rest)
        path += [str(part) for part in rest[:step]]
        rest = rest[step:]
    return "".join(f"/{part}" for part in path)
