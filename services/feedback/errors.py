"""What feedback refuses, and what to do about it."""

from shared.kit.errors import Conflict, Forbidden, NotFound, Unprocessable


class NoSuchSurvey(NotFound):
    """No survey has this link, or it was never sent."""

    def __init__(self) -> None:
        super().__init__(
            "This link is not valid. Open it from the message exactly as it was sent.",
            zh="链接无效，请从短信中原样打开。",
        )


class AlreadyAnswered(Conflict):
    """A survey is answered once."""

    def __init__(self) -> None:
        super().__init__(
            "This survey was answered already. If something is still wrong, call 12345 or the hotline.",
            zh="该评价已提交。如仍有问题，请拨打服务热线。",
        )


class SurveyIsOver(Conflict):
    """The window has ended, or the person was never to be asked."""

    def __init__(self) -> None:
        super().__init__(
            "The time to answer is over. If something is still wrong, call the hotline.",
            zh="评价期已过。如仍有问题，请拨打服务热线。",
        )


class HandledIt(Forbidden):
    """Whoever handled a case neither answers its survey nor sees who said what."""

    def __init__(self) -> None:
        super().__init__(
            "You, your station or your department handled this; somebody else must do it. The rates are open to you.",
            zh="您本人、本站或本部门经办过此事，须由他人办理；您可查看汇总指标。",
        )


class CallBackIsOver(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This call was made already, or the survey was answered meanwhile. Take the next one on the list.",
            zh="该回访已完成或评价已提交，请办理列表中的下一条。",
        )


class UnknownPlace(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            "No division has this code. Look it up at /needs/v1/divisions.",
            zh="没有该区划编码，请在 /needs/v1/divisions 查询。",
            errors=[{"pointer": "#/division", "detail": "unknown division code", "zh": "没有该区划编码"}],
        )


class HandlerIsItsObject(Conflict):
    """A complaint is handled by somebody whom it is not about."""

    def __init__(self) -> None:
        super().__init__(
            "A complaint is not handled by those it is about. Assign somebody else.",
            zh="投诉不得由被投诉人或被投诉单位办理，请另行指派。",
        )


class NotItsHandler(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "Only the handler whom it was assigned to may settle this. Assign it to yourself first, if you may.",
            zh="只有被指派的承办人可以办结。如可由您承办，请先指派给自己。",
        )


class ComplaintIsSettled(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This complaint has its outcome already. Lodge a new one if something new happened.",
            zh="该投诉已办结。如有新情况，请另行登记。",
        )


class SuggestionIsAnswered(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This suggestion was answered or adopted already. Read it again to see what was said.",
            zh="该建议已答复或已采纳，请重新读取查看。",
        )
