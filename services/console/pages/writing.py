"""What is written at a desk and not sent yet: saved as people type, and live news for what is on the screen."""

from fastapi import Request, Response

from services.console.pages.room import AtDesk, PageRoom, Sent, house_of
from services.console.service import drafts

NOT_KEPT = frozenset({"csrf", "key", "form"})
router = PageRoom(prefix="/desk/drafts")


@router.post("")
async def save_draft(request: Request, who: AtDesk, form: Sent) -> Response:
    """Keep the fields of a form; `form` names it."""
    fields = {name: value for name, value in form.items() if name not in NOT_KEPT}
    if form.get("form"):
        await drafts.save(house_of(request), who, form["form"][:120], fields)
    return Response(status_code=204)
