"""Forms about how a need goes elsewhere, begins anew, or stands still."""

from uuid import UUID

from pydantic import Field

from shared.schemas.forms import Form, View
from shared.schemas.moments import Moment
from shared.schemas.vocabulary import PauseReason, ReferralKind, ReopenReason


class Referral(Form):
    """Who has it from now on: to what sort of others, and to whom."""

    kind: ReferralKind
    to: str = Field(
        min_length=2, max_length=400, description="To whom, in words; kept encrypted.",
        examples=["抚州市第三医院心理门诊，已电话交接"],
    )  # fmt: skip


class Joining(Form):
    """The need in which this one goes on."""

    need_id: UUID


class Reopening(Form):
    """Why the next episode begins."""

    reason: ReopenReason


class PauseForm(Form):
    """Why the clocks stand still, and what shows it."""

    reason: PauseReason
    proof: str = Field(
        min_length=2, max_length=2000, description="What shows it; kept encrypted.",
        examples=["3月10日电话告知需补充残疾证，本人称3月16日前送来；通话记录编号 0310-07"],
    )  # fmt: skip


class PauseView(View):
    """A stretch in which a need stood still. Three attempts are counted, and stop no clock."""

    id: UUID
    episode: int
    reason: PauseReason
    started_by: str
    started_at: Moment
    ended_at: Moment | None


class CasePartView(View):
    """An episode that is part of a case. While the case is open (`ended_at` is null), the episode is not resolved."""

    case_id: UUID
    episode: int
    joined_at: Moment
    ended_at: Moment | None


class DeclineForm(Form):
    """Why no further episode begins."""

    because: str = Field(
        min_length=2, max_length=2000, description="The county's reasons, in words; kept encrypted.",
        examples=["县级复核：三次服务均已到位，诉求超出政策范围，已当面说明并告知复议途径"],
    )  # fmt: skip


class ProofView(View):
    """What showed that the clocks had to stand still."""

    pause_id: UUID
    proof: str
