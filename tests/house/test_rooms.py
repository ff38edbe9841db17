"""Each service has the same rooms, and what stands in a room belongs there."""

import ast
from pathlib import Path

import pytest

from deploy.addresses import BUILT
from shared.reference import all_rows
from tests.house.source import PACKAGES, ROOT, SERVICES, calls, files, imports, name_of, room_of, strings, tree

REQUIRED = {"__init__", "app", "api", "service", "repository", "models", "rules", "settings", "migrations"}
OPTIONAL = {"handlers", "timers", "schemas", "errors"}
# The console has pages where the others have an interface, with what pages are drawn from.
OF_PAGES = {"pages", "templates", "static"}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base", "tools"}
IN_SERVICES = files("services")
ROOMS = [path for path in IN_SERVICES if len(path.relative_to(ROOT).parts) > 2]
QUERIES = {"select", "insert", "update", "delete", "text", "exists", "union", "union_all", "literal_column"}
ASKS = {"execute", "scalar", "scalars", "stream", "stream_scalars", "get"}
REACHES_OUT = {
    "sqlalchemy", "fastapi", "starlette", "httpx", "asyncpg", "asyncio", "os", "pathlib", "socket", "subprocess",
    "sqlite3", "urllib", "shutil", "tempfile", "structlog", "logging",
}  # fmt: skip
by_name = pytest.mark.parametrize


@by_name("service", BUILT)
def test_a_service_has_its_rooms_and_no_others(service: str) -> None:
    """Give each thing to the room it belongs to; the rooms are the same in every service."""
    found = {each.stem for each in (ROOT / "services" / service).iterdir() if not each.name.startswith("__pycache__")}
    required = REQUIRED - {"api"} | OF_PAGES if "pages" in found else REQUIRED
    assert found >= required
    assert found <= required | OPTIONAL


@by_name("path", files(*PACKAGES, "tests"), ids=name_of)
def test_nothing_is_named_as_a_drawer(path: Path) -> None:
    """Name a module after what is in it, not after the fact that things were left over."""
    assert not DRAWERS & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}


@by_name("path", ROOMS, ids=name_of)
def test_only_repositories_ask_the_database(path: Path) -> None:
    """Give the query a name, in `repository`."""
    room = room_of(path)
    if room in {"repository", "migrations"}:
        return
    # Tables say their server's defaults in SQL; that asks nothing.
    allowed = {"text"} if room == "models" else set()
    built = [name for module, name in imports(path) if module.startswith("sqlalchemy") and name in QUERIES - allowed]
    asked = [
        f"line {call.lineno}: {ast.unparse(call.func)}"
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ASKS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "session"
    ]
    assert built == []
    assert asked == []


@by_name("path", files(*PACKAGES), ids=name_of)
def test_only_the_edge_commits(path: Path) -> None:
    """Leave the commit to the edge: what a request, a fact or a timer does happens together or not at all."""
    # Migrations are not requests: their environment ends its own transaction.
    if name_of(path) in {"shared/kit/database.py", "shared/kit/migrations/env.py"}:
        return
    committed = [
        call.lineno for call in calls(path) if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]
    assert committed == []


def test_the_edge_commits() -> None:
    """The rule above looks for the right thing only as long as the edge itself would break it."""
    edge = ROOT / "shared" / "kit" / "database.py"
    assert [call for call in calls(edge) if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"]


@by_name("path", [path for path in ROOMS if room_of(path) == "rules"], ids=name_of)
def test_rules_reach_for_nothing(path: Path) -> None:
    """Hand a rule what it needs; the service fetches it. A social worker could then read the rule."""
    reached = {module for module, _ in imports(path) if module.split(".")[0] in REACHES_OUT}
    assert reached == set()


@by_name("path", IN_SERVICES, ids=name_of)
def test_a_refusal_is_a_problem(path: Path) -> None:
    """Raise a subclass of one of `shared.kit.errors`, from the service's `errors`: it says the remedy, twice."""
    assert [name for _, name in imports(path) if name == "HTTPException"] == []


@by_name("path", files(*PACKAGES), ids=name_of)
def test_nothing_is_left_for_after_the_answer(path: Path) -> None:
    """Use a timer, which survives a crash, and pure ASGI, which costs a twentieth."""
    assert [
        name for _, name in imports(path) if name in {"BackgroundTasks", "BackgroundTask", "BaseHTTPMiddleware"}
    ] == []


@by_name("path", IN_SERVICES, ids=name_of)
def test_nothing_is_patched(path: Path) -> None:
    """Edit with PUT and If-Match, act with POST: mini-programs cannot send PATCH."""
    patched = [
        call.lineno for call in calls(path) if isinstance(call.func, ast.Attribute) and call.func.attr == "patch"
    ]
    assert patched == []
    assert "PATCH" not in {text for _, text in strings(path)}


@by_name("path", IN_SERVICES, ids=name_of)
def test_no_department_is_named_in_code(path: Path) -> None:
    """Make it a reference row: a ninth department is one row, and no line of code knows the eight."""
    slugs = {row.key for row in all_rows() if row.table == "department"}
    assert len(slugs) >= 8
    assert [(line, text) for line, text in strings(path) if text in slugs] == []


@by_name("path", files("tests/house"), ids=name_of)
def test_a_house_test_says_the_remedy(path: Path) -> None:
    """Write into the test's docstring what to do instead."""
    silent = [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_service_that_is_built_is_there() -> None:
    """Name in `deploy/addresses.py` only what stands under `services/`."""
    assert set(BUILT) <= set(SERVICES)
