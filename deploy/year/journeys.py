"""What becomes of a need: who judges it, who helps, when somebody first speaks with the person, how it ends."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from deploy.year import habits
from deploy.year.asking import Asked, dice
from deploy.year.casework import DEEP, work_case
from deploy.year.habits import at_work, days, hours
from deploy.year.inbox import Inbox
from deploy.year.ordering import order_help
from deploy.year.stage import Life, Stage
from deploy.year.voices import complain

BY_THE_STATION: Final = 0.25
WITHDRAWN: Final = 0.03
REFERRED: Final = 0.015
ANSWERS: Final = 0.68
# A network kept for trials (RFC 2544): answers come from many phones, and are counted by sender.
SENDER: Final = "198.18.{}.{}"
MEANS: Final = ("call", "call", "visit", "meeting")


@dataclass(slots=True)
class Tale:
    """One need on its way."""

    asked: Asked
    life: Life
    chance: random.Random
    inbox: Inbox
    contact_at: datetime
    days_waited: float
    need: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        id: str = self.need["id"]
        return id

    @property
    def head(self) -> str:
        return f"head-{self.asked.township}"

    async def of_need(self, verb: str, body: dict[str, Any] | None = None, *, by: str | None = None) -> Any:
        return await self.life.does("needs", f"/v1/needs/{self.id}/{verb}", by or self.head, body)


def tale_of(stage: Stage, inbox: Inbox, asked: Asked, progress: float) -> Tale:
    """The need before it is asked; how long its station takes is known to the dice alone."""
    chance = dice(stage.seed, "tale", asked.number)
    waits = habits.habits_of(stage.seed, asked.township).days_to_contact(chance, progress)
    waits = min(waits, chance.uniform(0.05, 0.9)) if asked.is_urgent else waits
    life = Life(stage, f"need-{asked.number}", asked.at)
    return Tale(asked, life, chance, inbox, at_work(asked.at + days(waits)), waits)


async def live(tale: Tale) -> None:
    """From the first word to the answer to the survey."""
    if not await register(tale):
        return
    if not await judge(tale):
        return
    tale.life.stage.begin(complain(tale.life.stage, tale.asked, tale.need, tale.contact_at))
    if tale.asked.category in DEEP:
        is_helped = await work_case(tale)
    elif is_the_stations_own(tale):
        is_helped = await help_by_station(tale)
    else:
        is_helped = await order_help(tale) or await help_by_station(tale)
    if is_helped:
        await resolve(tale)


def is_the_stations_own(tale: Tale) -> bool:
    """Whether the station helps by itself: grandparents who need somebody to mind a child, and now and then others."""
    cares_for_a_child = tale.asked.person.is_elderly and tale.asked.category == "child_care"
    return cares_for_a_child or tale.chance.random() < BY_THE_STATION


async def register(tale: Tale) -> bool:
    """The person asks; what they say goes to their township's station."""
    asked = tale.asked
    by = {"hotline": "hotline", "app": "front-end"}.get(asked.channel, tale.head)
    form = {
        "words": asked.words,
        "channel": asked.channel,
        "division": asked.township,
        "resident": asked.person.form(),
        "consents_to_departments": True,
        "urgency": "urgent" if asked.is_urgent else "routine",
    }
    form |= {"on_behalf_of": asked.person.relation} if asked.person.relation else {}
    made = await tale.life.does("needs", "/v1/needs", by, form)
    tale.need = made or {}
    return made is not None


async def judge(tale: Tale) -> bool:
    """The station says what it is about; some take their word back, some are somebody else's."""
    chance, life = tale.chance, tale.life
    quick = hours(chance.uniform(0.1, 0.9) if tale.asked.is_urgent else chance.expovariate(1 / 3.0))
    await life.until(at_work(life.at + quick))
    groups = tale.asked.person.codes["groups"]
    form = {
        "category": tale.asked.category,
        "groups": groups,
        "urgency": "urgent" if tale.asked.is_urgent else "routine",
    }
    if await tale.of_need("triage", form) is None:
        return False
    turn = chance.random()
    if turn < WITHDRAWN:
        await life.until(at_work(life.at + days(chance.uniform(0.5, 3))))
        await tale.of_need("withdraw")
    elif turn < WITHDRAWN + REFERRED:
        await life.until(at_work(life.at + hours(chance.uniform(1, 20))))
        await tale.of_need("refer", {"kind": "other_place", "to": "外地社工站（示例）"})
    return turn >= WITHDRAWN + REFERRED


async def help_by_station(tale: Tale) -> bool:
    """The station begins to help by itself, speaks with the person, and does what it can."""
    chance, life = tale.chance, tale.life
    await life.until(at_work(tale.contact_at))
    # Where a department began and gave up, help has begun already.
    await tale.of_need("start")
    by = f"worker-{tale.asked.township}-1"
    await tale.of_need("contacts", {"kind": chance.choice(MEANS)}, by=by)
    await life.until(at_work(life.at + days(chance.uniform(1, 12))))
    return True


async def resolve(tale: Tale) -> None:
    """What became of it is stated, and the person is asked."""
    chance = tale.chance
    outcome = chance.choices(("met", "partly", "unmet", "unreachable"), weights=(88, 8, 3, 1))[0]
    if await tale.of_need("resolve", {"outcome": outcome}) is None or outcome == "unreachable":
        return
    if chance.random() < ANSWERS:
        await answer_survey(tale, outcome)


async def answer_survey(tale: Tale, outcome: str) -> None:
    """Some days later the person opens the link on their phone; who is not satisfied is helped again."""
    chance, life = tale.chance, tale.life
    await life.until(life.at + days(chance.uniform(2.2, 6)))
    link = await tale.inbox.link_on(tale.asked.person.phone, life)
    if link is None:
        # Where days off are played at once, the message may come at their end.
        await life.next_morning()
        link = await tale.inbox.link_on(tale.asked.person.phone, life)
    if link is None:
        return
    good = habits.habits_of(life.stage.seed, tale.asked.township).satisfaction(chance, tale.days_waited)
    satisfaction = good if outcome == "met" else min(good, 3)
    solved = "yes" if satisfaction >= 4 else chance.choice(("partly", "partly", "no", "yes"))
    number = tale.asked.number
    said = await life.does(
        "feedback", f"/v1/surveys/{link}", None,
        {"responded": True, "solved": solved, "satisfaction": satisfaction},
        sender=SENDER.format(number // 250 % 250, number % 250),
    )  # fmt: skip
    if said is not None and said["reopens"]:
        await help_again(tale)


async def help_again(tale: Tale) -> None:
    """A second episode: the station helps by itself, and says so."""
    chance, life = tale.chance, tale.life
    await life.until(at_work(life.at + days(chance.uniform(0.5, 2.5))))
    tale.contact_at = life.at
    if await help_by_station(tale):
        await tale.of_need("resolve", {"outcome": "met"})
