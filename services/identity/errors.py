"""What identity refuses, and what to do about it."""

from typing import Literal

from shared.kit.errors import Conflict, Forbidden, Unprocessable
from shared.schemas.access import Role

OAuthError = Literal[
    "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
    "unsupported_token_type", "invalid_scope", "login_required",
]  # fmt: skip


class OAuthRefused(Exception):
    """A refusal in OAuth's own form (RFC 6749, 5.2): the token endpoint speaks that and not RFC 9457."""

    def __init__(self, error: OAuthError, description: str) -> None:
        super().__init__(error)
        self.error, self.description = error, description

    @property
    def status(self) -> int:
        return 401 if self.error == "invalid_client" else 400


class LinkSpent(Exception):
    """A one-time link that is not good any more, or never was; which of them is not said."""


class SampleAccountRefused(Exception):
    """Sample accounts are known to everybody, so production neither makes them nor gives them tokens."""

    def __init__(self) -> None:
        super().__init__(
            "Production takes no sample accounts. Set FUZHOU_ENVIRONMENT=development to try the platform out, or make"
            " real accounts at /identity/v1/accounts.\n"
            "生产环境不接受示例账号。试用请设 FUZHOU_ENVIRONMENT=development，正式账号请在 /identity/v1/accounts 建立。"
        )


class NoSuchAccount(Exception):
    """Asked for on the machine itself, so it may say so."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no active account {name!r}. 没有名为「{name}」的有效账号。")


class UnfitGrant(Unprocessable):
    """A role comes with exactly the scope that it is held in."""

    def __init__(self, index: int, role: Role, scope: str) -> None:
        super().__init__(
            f"The role {role} is held in this scope: {scope}. Give that, and no other.",
            zh=f"角色 {role} 的权限范围应为：{scope}。请只填写该范围。",
            errors=[{"pointer": f"#/grants/{index}", "detail": "unfit scope", "zh": "权限范围不符"}],
        )


class NotForPeople(Unprocessable):
    """Some roles are for machines alone, the others for people alone."""

    def __init__(self, index: int, role: Role) -> None:
        super().__init__(
            f"The role {role} cannot be given here: people have accounts, machines have clients.",
            zh=f"此处不能授予角色 {role}：人员使用账号，系统使用客户端。",
            errors=[{"pointer": f"#/grants/{index}/role", "detail": "not for this kind", "zh": "不适用于此类主体"}],
        )


class UnknownStation(Unprocessable):
    def __init__(self, index: int) -> None:
        super().__init__(
            "There is no such station. The stations are at /needs/v1/reference/station.",
            zh="没有这个社工站。社工站列表见 /needs/v1/reference/station。",
            errors=[{"pointer": f"#/grants/{index}/stations", "detail": "unknown station", "zh": "没有该社工站"}],
        )


class BeyondYourDivisions(Forbidden):
    """An administrator gives and takes only what lies within their own divisions."""

    def __init__(self) -> None:
        super().__init__(
            "This reaches beyond the divisions that you administer. Ask the administrator of the division above.",
            zh="超出您所管理的区划范围。请联系上一级区划的管理员。",
        )


class UnfitName(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "An account's name has 2 to 40 small letters, digits, hyphens and underscores and begins with a letter.",
            zh="账号名为 2 至 40 个小写字母、数字、连字符或下划线，且以字母开头。",
        )


class NameTaken(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"The name {name} is in use, or was once. Choose another; names are never given twice.",
            zh=f"名称 {name} 已被使用或曾被使用，请另选。名称不会重复发放。",
        )


class AlreadyEnded(Conflict):
    """What has ended stays ended."""

    def __init__(self) -> None:
        super().__init__(
            "This has ended and cannot be changed any more. Make a new one.", zh="已停用，不能再修改。请新建。"
        )
