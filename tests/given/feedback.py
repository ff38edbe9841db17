"""How each operation of feedback is lawfully called."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.feedback.models import Survey
from services.feedback.repository.surveys import surveys_of
from services.feedback.rules.states import CallBackReason
from services.feedback.service.asking import call_back
from shared.kit.database import Context
from shared.schemas.access import Role
from shared.schemas.facts.needs import NeedResolved
from shared.schemas.reference import station_id
from shared.schemas.vocabulary import Outcome
from tests.city import Person
from tests.given.registry import Ask, given
from tests.given.scene import MOMENT, Scene
from tests.people import COUNTY, OPERATOR, TOWNSHIP, WORKER

# Whoever stands for the home station handled what it did, so these things are another station's.
NEIGHBOUR = station_id(f"{TOWNSHIP}-neighbour")
MACHINE = Context(actor="tests", machine="feedback.timers")
AUDITOR = Person.of(Role.AUDITOR)
CONTENT: dict[str, Any] = {"responded": True, "solved": "yes", "satisfaction": 5}


def answer(scene: Scene, **changes: Any) -> dict[str, Any]:
    return CONTENT | {"words": scene.canaries.words()} | changes


async def new_survey(scene: Scene, resolved_at: datetime = MOMENT) -> Survey:
    """A survey in the home township that waits for its answer."""
    need = uuid4()
    fact = NeedResolved(
        need_id=need, resident_id=uuid4(), episode=1, outcome=Outcome.MET, category="meals", division=TOWNSHIP,
        station_id=NEIGHBOUR, resolved_at=resolved_at,
    )  # fmt: skip
    await scene.hear("feedback", fact)
    async with scene.city.house("feedback").database.work(MACHINE, now=MOMENT) as session:
        (survey,) = await surveys_of(session, need)
    return survey


async def _link(scene: Scene) -> dict[str, str]:
    token = (await new_survey(scene)).token
    assert token is not None
    return {"token": token}


async def new_call(scene: Scene) -> UUID:
    """Somebody on the call-back list."""
    survey = await new_survey(scene)
    async with scene.city.house("feedback").database.work(MACHINE, now=MOMENT) as session:
        call = call_back(survey, CallBackReason.NO_LINK, session)
        session.add(call)
    return call.id


@given("GET /feedback/v1/surveys/{token}", by=COUNTY)
async def open_survey(scene: Scene, who: Person) -> Ask:
    return Ask(path=await _link(scene))


@given("POST /feedback/v1/surveys/{token}", by=COUNTY)
async def answer_survey(scene: Scene, who: Person) -> Ask:
    return Ask(path=await _link(scene), body=answer(scene))


@given("GET /feedback/v1/callbacks", by=OPERATOR)
async def read_call_backs(scene: Scene, who: Person) -> Ask:
    await new_call(scene)
    return Ask()


@given("POST /feedback/v1/callbacks/{id}/answers", by=OPERATOR)
async def record_call(scene: Scene, who: Person) -> Ask:
    return Ask(path={"id": str(await new_call(scene))}, body={"reached": True, "answer": answer(scene)})


@given("GET /feedback/v1/answers/{id}", by=COUNTY)
async def read_answer(scene: Scene, who: Person) -> Ask:
    survey = await new_survey(scene)
    said = await scene.client("feedback").post(
        f"/feedback/v1/surveys/{survey.token}", json=answer(scene), headers={"Fuzhou-Now": MOMENT.isoformat()}
    )
    assert said.is_success, said.text
    return Ask(path={"id": str(survey.id)})


@given("GET /feedback/v1/disputes", by=COUNTY)
async def read_disputes(scene: Scene, who: Person) -> Ask:
    survey = await new_survey(scene)
    async with scene.city.house("feedback").database.work(MACHINE, now=MOMENT) as session:
        found = await session.merge(survey)
        found.status, found.is_dispute, found.answered_at = "answered", True, MOMENT
        found.responded, found.solved, found.satisfaction = True, "no", 1
    return Ask()


# A summary is over what one may see: elsewhere it is empty rather than absent.
@given("GET /feedback/v1/rates", by=WORKER, crosses=True)
async def read_rates(scene: Scene, who: Person) -> Ask:
    await new_survey(scene)
    return Ask(query={"period": "2026-03", "by": "township"})


@given("GET /feedback/v1/figures", by=COUNTY, crosses=True)
async def read_figures(scene: Scene, who: Person) -> Ask:
    return Ask(query={"period": "2026Q1"})


@given("GET /feedback/v1/samples/{month}", by=AUDITOR)
async def read_sample(scene: Scene, who: Person) -> Ask:
    await new_survey(scene, MOMENT - timedelta(days=30))
    await scene.city.house("feedback").timers.fire_until(MOMENT)
    return Ask(path={"month": "2026-02"})


def complaint(scene: Scene) -> dict[str, Any]:
    return {"words": scene.canaries.words(), "division": TOWNSHIP, "station_id": str(NEIGHBOUR)}


async def new_complaint(scene: Scene, *, handler: str | None = None) -> dict[str, str]:
    """A complaint about the neighbouring station, with a handler where one is named."""
    id = (await scene.done("feedback", "/complaints", OPERATOR, complaint(scene)))["id"]
    if handler is not None:
        await scene.done("feedback", f"/complaints/{id}/assign", COUNTY, {"handler": handler})
    return {"id": id}


@given("POST /feedback/v1/complaints", by=OPERATOR)
async def lodge_complaint(scene: Scene, who: Person) -> Ask:
    return Ask(body=complaint(scene))


@given("GET /feedback/v1/complaints", by=COUNTY)
async def read_complaints(scene: Scene, who: Person) -> Ask:
    await new_complaint(scene)
    return Ask()


@given("GET /feedback/v1/complaints/{id}/words", by=COUNTY)
async def read_complaint(scene: Scene, who: Person) -> Ask:
    return Ask(path=await new_complaint(scene))


@given("POST /feedback/v1/complaints/{id}/assign", by=COUNTY)
async def assign_complaint(scene: Scene, who: Person) -> Ask:
    return Ask(path=await new_complaint(scene), body={"handler": "somebody-else"})


@given("POST /feedback/v1/complaints/{id}/settle", by=COUNTY)
async def settle_complaint(scene: Scene, who: Person) -> Ask:
    body = {"outcome": "upheld", "answer": scene.canaries.words()}
    return Ask(path=await new_complaint(scene, handler=who.subject), body=body)


def suggestion(scene: Scene) -> dict[str, Any]:
    return {"words": scene.canaries.words(), "division": TOWNSHIP}


async def new_suggestion(scene: Scene) -> dict[str, str]:
    return {"id": (await scene.done("feedback", "/suggestions", OPERATOR, suggestion(scene)))["id"]}


@given("POST /feedback/v1/suggestions", by=OPERATOR)
async def make_suggestion(scene: Scene, who: Person) -> Ask:
    return Ask(body=suggestion(scene))


@given("GET /feedback/v1/suggestions", by=COUNTY)
async def read_suggestions(scene: Scene, who: Person) -> Ask:
    await new_suggestion(scene)
    return Ask()


async def on_a_suggestion(scene: Scene, who: Person) -> Ask:
    return Ask(path=await new_suggestion(scene), body={"answer": scene.canaries.words()})


for _verb in ("answer", "adopt"):
    given(f"POST /feedback/v1/suggestions/{{id}}/{_verb}", by=COUNTY)(on_a_suggestion)
