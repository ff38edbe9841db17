"""`fuzhou backup` and `fuzhou restore`: what is asked on the command line, and how it is told."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.facts import AsJson, show_rows
from deploy.home import Home

Days = Annotated[int | None, typer.Option("--keep-days", min=1, help="Drop what no moment of the last days needs.")]


def backup(
    *,
    full: Annotated[bool, typer.Option("--full", help="A full one, though the last is younger than a week.")] = False,
    keep_days: Days = None,
    only_list: Annotated[bool, typer.Option("--list", help="List the backups that are there; make none.")] = False,
    as_json: AsJson = False,
) -> None:
    """Back up all databases at one instant while everything runs; FUZHOU_BACKUPS names the folder, best another disk.

    The first one is full and begins the archive of the log; later ones hold what changed, and once a week all. The keys
    are not in it: keep a copy of the secrets elsewhere.
    """
    from deploy.backup import listed, making_at
    from deploy.shelf import Shelf

    home = Home.from_environment()
    if only_list:
        show_rows(listed(Shelf.of(home).backups), as_json=as_json, nothing="There is no backup yet. 尚无备份。")
        return
    with making_at(home) as making:
        row = making.make(full=full, keep_days=keep_days)
    show_rows([row], as_json=as_json, nothing="")
    if not as_json:
        print(_keys_apart(home.secrets.folder))


def restore(
    *,
    to: Annotated[str | None, typer.Option(help="A moment, 2026-11-25T14:30:00; the last known when left out.")] = None,
    timeline: Annotated[int | None, typer.Option(min=1, help="One that an earlier restore left behind.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Set all databases back to one instant, while nothing runs; what is there is kept beside them."""
    from deploy.restore import moment_of, restoring_at

    moment = moment_of(to) if to else None
    home = Home.from_environment()
    with restoring_at(home) as restoring:
        if not yes:
            typer.confirm(
                f"Everything in {home.postgres} after that moment is put aside. Go on? 将移开该时刻之后的数据，继续？",
                abort=True, err=True,
            )  # fmt: skip
        row = restoring.restore(moment, timeline=timeline)
    show_rows([row], as_json=as_json, nothing="")
    if not as_json:
        print("Start it again with `make run`. Remove the folder under `kept` once nobody misses anything.")
        print("请用 `make run` 重新启动。确认无误后可删除 `kept` 所示目录。")


def _keys_apart(secrets: Path) -> str:
    return (
        f"Keep a copy of {secrets} apart from the backups: without it no personal data in them opens.\n"
        f"请将 {secrets} 另行备份并与备份分开保管：缺少密钥，备份中的个人数据无法解密。"
    )
