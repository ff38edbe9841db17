"""Each service has the same rooms, and what stands in a room belongs there."""

import ast
from pathlib import Path

import pytest

from deploy.addresses import BUILT
from shared.reference import all_rows
from tests.house.source import PACKAGES, ROOT, SERVICES, breaking, calls, files, imports, room_of, strings, tree

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


@pytest.mark.parametrize("service", BUILT)
def test_a_service_has_its_rooms_and_no_others(service: str) -> None:
    """Give each thing to the room it belongs to; the rooms are the same in every service."""
    found = {each.stem for each in (ROOT / "services" / service).iterdir() if not each.name.startswith("__pycache__")}
    required = REQUIRED - {"api"} | OF_PAGES if "pages" in found else REQUIRED
    assert found >= required
    assert found <= required | OPTIONAL


def test_nothing_is_named_as_a_drawer() -> None:
    """Name a module after what is in it, not after the fact that things were left over."""
    drawers = breaking(
        files(*PACKAGES, "tests"),
        lambda path: DRAWERS & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts},
    )
    assert drawers == {}


def test_only_repositories_ask_the_database() -> None:
    """Give the query a name, in `repository`."""
    elsewhere = [path for path in ROOMS if room_of(path) not in {"repository", "migrations"}]
    assert breaking(elsewhere, queries) == {}


def queries(path: Path) -> list[str]:
    # Tables say their server's defaults in SQL; that asks nothing.
    allowed = {"text"} if room_of(path) == "models" else set()
    built = [name for module, name in imports(path) if module.startswith("sqlalchemy") and name in QUERIES - allowed]
    asked = [
        f"line {call.lineno}: {ast.unparse(call.func)}"
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ASKS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "session"
    ]
    return built + asked


def test_only_the_edge_commits() -> None:
    """Leave the commit to the edge: what a request, a fact or a timer does happens together or not at all."""
    # Migrations are not requests: their environment ends its own transaction.
    allowed = {ROOT / "shared/kit/database.py", ROOT / "shared/kit/migrations/env.py"}
    assert (
        breaking([path for path in files(*PACKAGES) if path not in allowed], lambda path: calls_of(path, "commit"))
        == {}
    )


def calls_of(path: Path, method: str) -> list[int]:
    """The lines in which a method of this name is called."""
    return [call.lineno for call in calls(path) if isinstance(call.func, ast.Attribute) and call.func.attr == method]


def test_the_edge_commits() -> None:
    """The rule above looks for the right thing only as long as the edge itself would break it."""
    edge = ROOT / "shared" / "kit" / "database.py"
    assert calls_of(edge, "commit")


def test_rules_reach_for_nothing() -> None:
    """Hand a rule what it needs; the service fetches it. A social worker could then read the rule."""
    rules = [path for path in ROOMS if room_of(path) == "rules"]
    reached = breaking(
        rules, lambda path: {module for module, _ in imports(path) if module.split(".")[0] in REACHES_OUT}
    )
    assert reached == {}


def test_a_refusal_is_a_problem() -> None:
    """Raise a subclass of one of `shared.kit.errors`, from the service's `errors`: it says the remedy, twice."""
    assert breaking(IN_SERVICES, lambda path: imported(path, "HTTPException")) == {}


def test_nothing_is_left_for_after_the_answer() -> None:
    """Use a timer, which survives a crash, and pure ASGI, which costs a twentieth."""
    late = ("BackgroundTasks", "BackgroundTask", "BaseHTTPMiddleware")
    assert breaking(files(*PACKAGES), lambda path: imported(path, *late)) == {}


def imported(path: Path, *names: str) -> set[str]:
    return {name for _, name in imports(path)} & set(names)


def test_nothing_is_patched() -> None:
    """Edit with PUT and If-Match, act with POST: mini-programs cannot send PATCH."""
    assert breaking(IN_SERVICES, lambda path: calls_of(path, "patch")) == {}
    assert breaking(IN_SERVICES, lambda path: {"PATCH"} & {text for _, text in strings(path)}) == {}


def test_no_department_is_named_in_code() -> None:
    """Make it a reference row: a ninth department is one row, and no line of code knows the eight."""
    slugs = {row.key for row in all_rows() if row.table == "department"}
    assert len(slugs) >= 8
    assert breaking(IN_SERVICES, lambda path: [each for each in strings(path) if each[1] in slugs]) == {}


def test_a_house_test_says_the_remedy() -> None:
    """Write into the test's docstring what to do instead."""
    assert breaking(files("tests/house"), silent_tests) == {}


def silent_tests(path: Path) -> list[str]:
    return [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]


def test_every_service_that_is_built_is_there() -> None:
    """Name in `deploy/addresses.py` only what stands under `services/`."""
    assert set(BUILT) <= set(SERVICES)
