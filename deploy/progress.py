"""How far long work is: a bar on a terminal, one line a step elsewhere. On the error stream; answers have the other."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

# How much is done, and of how much; None while nobody knows.
Seen: TypeAlias = Callable[[int, int | None], None]


@contextmanager
def bar(what: str) -> Iterator[Seen]:
    """Tell of one step while it lasts."""
    console = Console(stderr=True)
    if not console.is_terminal:
        print(what, file=sys.stderr, flush=True)
        yield lambda _done, _whole: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as drawn:
        task = drawn.add_task(what, total=None)
        yield lambda done, whole: drawn.update(task, completed=done, total=whole)
        drawn.update(task, total=1, completed=1)
