"""Drafts: what is written at a desk is kept as it is written, and gone when it is sent."""

import orjson

from services.console.models import Draft
from services.console.repository import drafts as repository
from services.console.service.asking import Person
from shared.kit.database import Context
from shared.kit.house import House
from shared.kit.ids import new_id

Fields = dict[str, str]


def _context(who: Person) -> Context:
    return Context(actor=who.account, own=True)


async def save(house: House, who: Person, form: str, fields: Fields) -> None:
    """Keep the fields of a form as they are now; an empty form keeps nothing."""
    filled = {name: value for name, value in fields.items() if value.strip()}
    async with house.database.work(_context(who), now=who.at) as session:
        if not filled:
            await repository.drop(session, who.account, form)
            return
        draft = await repository.draft_of(session, who.account, form)
        if draft is None:
            draft = Draft(id=new_id(), account=who.account, form=form)
            session.add(draft)
        draft.body, draft.saved_at = orjson.dumps(filled).decode(), who.at


async def fields(house: House, who: Person, form: str) -> Fields:
    """What was written into a form and not sent."""
    async with house.database.work(_context(who), now=who.at) as session:
        draft = await repository.draft_of(session, who.account, form)
        kept: Fields = orjson.loads(draft.body) if draft is not None and draft.body else {}
        return kept


async def fields_below(house: House, who: Person, prefix: str) -> dict[str, Fields]:
    """What was written into the forms of a page and not sent, by the rest of each form's name."""
    async with house.database.work(_context(who), now=who.at) as session:
        found = await repository.drafts_below(session, who.account, prefix)
        return {each.form.removeprefix(prefix): orjson.loads(each.body) for each in found if each.body}


async def sent(house: House, who: Person, form: str) -> None:
    """It was sent: nothing is left to keep."""
    async with house.database.work(_context(who), now=who.at) as session:
        await repository.drop(session, who.account, form)
