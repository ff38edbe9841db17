"""`fuzhou import`: what is asked on the command line, and how it is told."""

import os
import sys
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deploy.addresses import DOOR_PORT
from deploy.facts import AsJson, tell

# A token lasts ten minutes; one of a development account is made anew in time.
TOKEN_SECONDS = 480.0
PATIENCE_SECONDS = 120.0


class What(StrEnum):
    """What the rows are."""

    RESOURCES = "resources"
    NEEDS = "needs"


def import_file(
    what: Annotated[What, typer.Argument(help="What the rows are.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON lines (.jsonl, .ndjson) or .csv.")],
    *,
    provider: Annotated[str | None, typer.Option(help="Whose resources they are, e.g. civil_affairs.")] = None,
    account: Annotated[str | None, typer.Option("--as", help="A development account; else FUZHOU_TOKEN.")] = None,
    door: Annotated[str, typer.Option(envvar="FUZHOU", help="The front door.")] = f"http://127.0.0.1:{DOOR_PORT}",
    as_json: AsJson = False,
) -> None:
    """Bring in a file of many rows by the front door. Interrupted or cut off, run it again: it goes on where it was.

    Rows that are not taken are told in FILE.faults.jsonl, by their number; exit status 1 when there are any.
    """
    import httpx

    from deploy.importing import Import
    from deploy.progress import bar

    path = _path(what, provider)
    token = _token(account)
    with httpx.Client(base_url=door, timeout=PATIENCE_SECONDS, trust_env=False) as client:
        bringing = Import(file=file, path=path, client=client, token=token)
        try:
            with bar(f"{file.name} 导入") as seen:
                done = bringing.run(seen)
        except KeyboardInterrupt:
            print(
                "Interrupted; run it again and it goes on. 已中断，重新执行即可继续。",
                file=sys.stderr,
            )
            raise typer.Exit(130) from None
    refused = done.counts.get("refused", 0)
    answer = {"rows": done.rows, "counts": done.counts, "faults": str(bringing.faults) if refused else None}
    counted = ", ".join(f"{count} {name}" for name, count in done.counts.items()) or "no rows"
    tell(answer, counted + (f"; why: {bringing.faults}" if refused else ""), as_json=as_json)
    raise typer.Exit(1 if refused else 0)


def _path(what: What, provider: str | None) -> str:
    if what is What.NEEDS:
        return "/needs/v1/needs/batch"
    if provider is None:
        raise typer.BadParameter("Name whose resources they are: --provider civil_affairs.")
    return f"/matching/v1/providers/{provider}/resources/batch"


def _token(account: str | None) -> Callable[[], str]:
    """What is sent as the token, asked before each call.

    Raises:
        CannotImport: nobody says who sends the file.
    """
    from deploy.importing import CannotImport

    given = os.environ.get("FUZHOU_TOKEN")
    if account is not None:
        return _of_account(account)
    if given is None:
        raise CannotImport(
            "Nobody says who sends this. Put an access token into FUZHOU_TOKEN, or name an account by --as.\n"
            "缺少身份：请将访问令牌放入 FUZHOU_TOKEN，或用 --as 指定开发账号，例如 --as hotline。"
        )
    return lambda: given


def _of_account(account: str) -> Callable[[], str]:
    from deploy.token import token_for

    made: list[tuple[float, str]] = []

    def token() -> str:
        if not made or time.monotonic() > made[-1][0] + TOKEN_SECONDS:
            made.append((time.monotonic(), token_for(account)))
        return made[-1][1]

    return token
