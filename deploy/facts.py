"""`fuzhou facts`: how far each service has heard the others, what it could not take in, and how that is mended."""

import asyncio
import json
import sys
from typing import Annotated, Any

import typer

from deploy.addresses import BUILT
from deploy.refusals import Refusal

facts = typer.Typer(
    name="facts",
    help="Facts that services hear from one another: positions, parked facts, replay.",
    no_args_is_help=True,
)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document, for programs.")]
OfService = Annotated[str | None, typer.Option("--service", help=f"One of: {', '.join(BUILT)}; all when left out.")]
Service = Annotated[
    str, typer.Argument(help=f"Who listens; one of: {', '.join(BUILT)}.", autocompletion=lambda: list(BUILT))
]


class NothingParked(Refusal):
    """There is nothing to replay."""

    def __init__(self, service: str, subject: str) -> None:
        super().__init__(
            f"Nothing about {subject} is parked at {service}. `fuzhou facts parked` lists what is parked, and where."
        )


class NoSuchListener(Refusal):
    """The service does not listen to this publisher."""

    def __init__(self, service: str, publisher: str | None, *, listens_to: list[str]) -> None:
        heard = f"it listens to {', '.join(listens_to)}" if listens_to else "it listens to nobody"
        super().__init__(f"{service} does not listen to {publisher or 'anybody'}; {heard}.")


@facts.command()
def position(*, service: OfService = None, as_json: AsJson = False) -> None:
    """How far each listener has read its publisher's log, and when it last moved."""
    from deploy.listening import positions

    rows = asyncio.run(positions(_chosen(service)))
    show_rows(rows, as_json=as_json, nothing="Nobody listens to anybody.")


@facts.command()
def parked(*, service: OfService = None, as_json: AsJson = False) -> None:
    """Facts that could not be taken in, and those that wait behind them. Exit status 1 when there are any."""
    from deploy.listening import parked_facts

    rows = asyncio.run(parked_facts(_chosen(service)))
    show_rows(rows, as_json=as_json, nothing="Nothing is parked.")
    raise typer.Exit(1 if rows else 0)


@facts.command()
def replay(
    service: Service,
    subject: Annotated[str, typer.Argument(help="As `parked` shows it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Take a subject's parked facts in again, in order, once the cause is mended; exit status 1 when one fails."""
    from deploy.listening import replay as replay_subject

    _known(service)
    done, left = asyncio.run(replay_subject(service, subject))
    if not done and not left:
        raise NothingParked(service, subject)
    tell({"taken_in": done, "still_parked": left}, f"{done} taken in, {left} still parked.", as_json=as_json)
    raise typer.Exit(1 if left else 0)


@facts.command()
def rewind(
    service: Service,
    publisher: Annotated[str | None, typer.Argument(help="Whom to hear anew; all when left out.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Set a listener back to the first fact, so that everything is heard anew."""
    from deploy.listening import publishers_of
    from deploy.listening import rewind as rewind_listeners

    _known(service)
    listens_to = publishers_of(service)
    chosen = [name for name in listens_to if publisher in (None, name)]
    if not chosen:
        raise NoSuchListener(service, publisher, listens_to=listens_to)
    print(
        f"{service} will hear every fact of {', '.join(chosen)} again, from the first one, while everything runs."
        " What it does on hearing a fact it does again, so the end is the same; until then it may show an older state.",
        file=sys.stderr if as_json else sys.stdout,
    )
    if not yes:
        typer.confirm("Go on?", abort=True, err=True)
    asyncio.run(rewind_listeners(service, chosen))
    said = "Set back; it begins within half a minute. `fuzhou facts position` shows how far it is."
    tell({"service": service, "rewound": chosen}, said, as_json=as_json)


def _chosen(service: str | None) -> list[str]:
    return list(BUILT) if service is None else _known(service)


def _known(service: str) -> list[str]:
    if service not in BUILT:
        raise typer.BadParameter(f"There is no service {service!r}; there are {', '.join(BUILT)}.")
    return [service]


def tell(answer: Any, words: str = "", *, as_json: bool) -> None:
    """An answer that is no table: as one document, or in words where there are any."""
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    elif words:
        print(words)


def show_rows(rows: list[dict[str, str | int | None]], *, as_json: bool, nothing: str) -> None:
    """Rows as a table, or as one document."""
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    elif not rows:
        print(nothing)
    else:
        _print_table(rows)


def _print_table(rows: list[dict[str, str | int | None]]) -> None:
    """Whole columns, however narrow the window: positions and subjects are there to be copied."""
    cells = [list(rows[0]), *(["–" if value is None else str(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
