"""What each operation needs to be called lawfully: written once, used by every test that walks the contract."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.city import Person

if TYPE_CHECKING:
    from tests.given.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One fresh lawful call: where, with what, and which version an edit names."""

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    # Where OAuth wants a form and no JSON.
    form: dict[str, str] | None = None
    # Where a batch is taken: one JSON document a line.
    lines: list[dict[str, Any]] | None = None
    # Where a file is taken: its content as it is, with what its headers say of it.
    content: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    version: int | None = None


Making = Callable[["Scene", Person], Awaitable[Ask]]


@dataclass(frozen=True, slots=True)
class Given:
    """How an operation is called lawfully, and by whom."""

    make: Making
    by: Person
    # The action reaches past the caller's scope by design: it answers the same wherever the caller stands.
    crosses: bool = False
    # Everybody may see what is acted on, so that who may not act there is told 403 and not 404.
    in_public: bool = False
    # What one's own scope must be, where it is not the tests' home county, station and department.
    own: dict[str, Any] = field(default_factory=dict)


GIVEN: dict[str, Given] = {}


def given(
    operation: str, *, by: Person, crosses: bool = False, in_public: bool = False, own: dict[str, Any] | None = None
) -> Callable[[Making], Making]:
    """Say how `POST /needs/v1/needs/{id}/triage` is called; `make(scene, who)` builds what `who` may call it on."""

    def register(make: Making) -> Making:
        assert operation not in GIVEN, f"{operation} is given twice"
        GIVEN[operation] = Given(make, by, crosses, in_public, own or {})
        return make

    return register
