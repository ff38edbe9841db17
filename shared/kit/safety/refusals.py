"""What is wrong with a setting, and what to do about it, in both languages; never the setting's value."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Danger:
    """One setting that must not be so, and the remedy."""

    setting: str
    remedy: str
    remedy_zh: str

    def __str__(self) -> str:
        return f"{self.setting}: {self.remedy}\n{self.setting}：{self.remedy_zh}"


class UnsafeSettings(Exception):
    """The service does not start like this."""

    def __init__(self, service: str, dangers: Sequence[Danger]) -> None:
        self.dangers = tuple(dangers)
        super().__init__(
            f"{service} does not start with these settings:\n{service} 拒绝以下列设置启动：\n\n"
            + "\n\n".join(map(str, dangers))
        )
