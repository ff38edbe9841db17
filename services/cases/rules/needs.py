"""What of a need's status matters to casework."""

from typing import Final

from shared.schemas.vocabulary import NeedStatus

# Nobody works on these any more; the next episode of one that is reopened begins at `triaged`.
ENDED: Final = frozenset(
    {
        NeedStatus.RESOLVED, NeedStatus.CLOSED, NeedStatus.WITHDRAWN, NeedStatus.REFERRED_OUT, NeedStatus.JOINED,
        NeedStatus.ENTERED_IN_ERROR,
    }
)  # fmt: skip
