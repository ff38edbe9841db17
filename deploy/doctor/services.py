"""What runs: whether each service can work, how far it has heard the others, and whether the log is archived."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import httpx

from deploy.addresses import BUILT
from deploy.doctor import Finding, State, well
from deploy.environment import Addresses
from deploy.home import Home
from deploy.ports import LOOPBACK
from deploy.postgres import Cluster
from deploy.running import cluster_of, running
from deploy.shelf import Shelf
from shared.kit.clock import wall_clock
from shared.kit.feed.reading import Position

PATIENCE_SECONDS = 5.0
# As many facts behind is a listener that catches up, or one that does not get on.
MANY_FACTS = 1_000
BACKUP_IS_OLD = timedelta(days=2)
PARKED = re.compile(r"^fuzhou_facts_parked (\S+)$", re.MULTILINE)
BROKEN = re.compile(r"^fuzhou_inconsistencies (\S+)$", re.MULTILINE)
BEHIND = (
    "SELECT count(*) FROM (SELECT FROM fact WHERE (xid, number) > (CAST(CAST($1 AS text) AS xid8), $2) LIMIT 100000) f"
)
ARCHIVER = "SELECT coalesce(last_failed_time > last_archived_time, last_failed_time IS NOT NULL) FROM pg_stat_archiver"
DAMAGED = "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database"


def what_runs(home: Home) -> Iterator[Finding]:
    """Everything that can be asked of the copy that runs here.

    Raises:
        NotRunning: none does.
    """
    addresses = running(home.folder)
    with httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False) as client:
        for service in BUILT:
            yield from _service(client, service, addresses)
    try:
        yield from asyncio.run(_database(cluster_of(home)))
    except (OSError, asyncpg.PostgresError) as away:
        yield Finding(
            "database", State.ILL, f"does not answer ({type(away).__name__})", "数据库无应答",
            f"See {home.postgres / 'log'}; `make run` starts it again.",
            f"原因见 {home.postgres / 'log'}；请用 `make run` 重新启动。",
        )  # fmt: skip


def _service(client: httpx.Client, service: str, addresses: Addresses) -> Iterator[Finding]:
    inside = f"http://{LOOPBACK}:{addresses.internal[service]}/{service}"
    try:
        told = client.get(f"{inside}/health/ready").json()
        figures = client.get(f"{inside}/metrics").text
    except (httpx.HTTPError, ValueError):
        yield Finding(
            service, State.ILL, "does not answer", "无应答", f"Its last words stand in logs/{service}.log.",
            f"原因见 logs/{service}.log。",
        )  # fmt: skip
        return
    yield readiness(service, told)
    yield from waiting(service, figures)


def readiness(service: str, told: dict[str, Any]) -> Finding:
    """What a service says of itself, in words."""
    if told["status"] == "ready":
        return well(service, f"ready, tables at {told['revision']}", f"就绪，数据表版本 {told['revision']}")
    if told["database"] != "ok":
        return Finding(
            service, State.ILL, f"its database is {told['database']}", "数据库不可用或只读",
            "Look at the disk and at the database's log; it goes on by itself once the database does.",
            "请检查磁盘与数据库日志；数据库恢复后服务会自动恢复。",
        )  # fmt: skip
    if told["status"] == "not_ready":
        return Finding(
            service, State.ILL, f"its tables are at {told['revision']}, the code wants {told['head']}",
            f"数据表版本为 {told['revision']}，程序需要 {told['head']}", "Run `fuzhou migrate`.",
            "请执行 `fuzhou migrate`。",
        )  # fmt: skip
    silent = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in told["silent"].items() if seconds > 60)
    return Finding(
        service, State.ILL, f"works, but does not hear {silent}", f"可用，但听不到 {silent}",
        "Look at those services first; it hears them as soon as they answer.",
        "请先检查这些服务；它们恢复后会自动补收。",
    )  # fmt: skip


def waiting(service: str, figures: str) -> Iterator[Finding]:
    """Facts that could not be taken in, and promises that do not hold, as the service counts them."""
    parked, broken = (int(float(found[1])) if (found := each.search(figures)) else 0 for each in (PARKED, BROKEN))
    if parked:
        yield Finding(
            service, State.ILL, f"{parked} facts could not be taken in", f"有 {parked} 条事件未能处理",
            "`fuzhou facts parked` tells which and why; once mended, `fuzhou facts replay`.",
            "`fuzhou facts parked` 查看原因；修复后执行 `fuzhou facts replay`。",
        )  # fmt: skip
    if broken:
        yield Finding(
            service, State.ILL, f"{broken} differences from what other services say", f"与其他服务有 {broken} 处不一致",
            "`fuzhou reconcile` heals what rules heal and tells what stays.", "`fuzhou reconcile` 可修复并列出其余。",
        )  # fmt: skip


async def _database(cluster: Cluster) -> list[Finding]:
    connection = await asyncpg.connect(cluster.url())
    try:
        damaged, fails = await connection.fetchval(DAMAGED), await connection.fetchval(ARCHIVER)
    finally:
        await connection.close()
    found = [database(damaged=int(damaged)), *archiving(fails=bool(fails))]
    return found + await _feeds(cluster)


def database(*, damaged: int) -> Finding:
    """Whether every page that was read is as it was written."""
    if not damaged:
        return well("database", "answers, no damaged page", "正常，无损坏数据页")
    return Finding(
        "database", State.ILL, f"{damaged} damaged pages", f"发现 {damaged} 个损坏数据页",
        "The disk lies: restore on another one, `fuzhou restore`.", "磁盘故障：请在其他磁盘上执行 `fuzhou restore`。",
    )  # fmt: skip


def archiving(*, fails: bool) -> Iterator[Finding]:
    """Whether the log comes into the archive."""
    if fails:
        yield Finding(
            "archive", State.ILL, "the log does not come into the archive; the disk fills up with it",
            "日志归档失败，将占满磁盘", "Look at the disk that FUZHOU_BACKUPS is on; it goes on by itself.",
            "请检查 FUZHOU_BACKUPS 所在磁盘；恢复后会自动继续。",
        )  # fmt: skip


async def _feeds(cluster: Cluster) -> list[Finding]:
    """How many facts each listener has yet to hear, counted in its publishers' logs."""
    open_ = {service: await asyncpg.connect(cluster.url(service)) for service in BUILT}
    behind: dict[str, int] = {}
    try:
        for service, connection in open_.items():
            for publisher, written in await connection.fetch("SELECT publisher, position FROM listener_position"):
                place = Position.parse(written) if written else Position(0, 0, 0)
                count = await open_[publisher].fetchval(BEHIND, str(place.xid), place.number)
                behind[f"{service} ← {publisher}"] = int(count)
    finally:
        for connection in open_.values():
            await connection.close()
    return [lag(behind)]


def lag(behind: dict[str, int]) -> Finding:
    """The listener that is furthest behind."""
    if not behind or max(behind.values()) == 0:
        return well("feeds", "everybody has heard everything", "各服务均已收到全部事件")
    name = max(behind, key=behind.__getitem__)
    found, zh = f"furthest behind: {name}, {behind[name]} facts", f"落后最多：{name}，{behind[name]} 条"
    if behind[name] < MANY_FACTS:
        return well("feeds", found, zh)
    return Finding(
        "feeds", State.NOTE, found, zh, "It catches up by itself; `fuzhou facts position` shows whether it moves.",
        "会自动追上；`fuzhou facts position` 可查看进度。",
    )  # fmt: skip


def backups(shelf: Shelf) -> Finding:
    """Whether there is a backup, and a young one."""
    there = shelf.backups
    remedy = ("Make one each day: `fuzhou backup`; FUZHOU_BACKUPS names the folder, best another disk.",
              "请每日执行 `fuzhou backup`；FUZHOU_BACKUPS 指定目录，宜在另一块磁盘。")  # fmt: skip
    if not there:
        return Finding("backups", State.NOTE, f"none in {shelf.folder}", f"{shelf.folder} 中没有备份", *remedy)
    age = wall_clock() - there[-1].ended
    hours = round(age.total_seconds() / 3600)
    found, zh = f"{len(there)}, the last {hours} h old", f"共 {len(there)} 份，最近一份距今 {hours} 小时"
    if age <= BACKUP_IS_OLD:
        return well("backups", found, zh)
    return Finding("backups", State.ILL, found, zh, *remedy)
