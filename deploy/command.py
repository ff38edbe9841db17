"""The `fuzhou` command: one name for every way to run and tend the platform."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.addresses import BUILT, DOOR_PORT, internal_port, public_port
from deploy.facts import AsJson, facts, show_rows, tell
from deploy.home import Home
from deploy.import_command import import_file
from deploy.keeping import backup, restore
from deploy.refusals import Refusal

commands = typer.Typer(
    name="fuzhou",
    help="抚州社会工作云平台 Fuzhou Social Work Cloud Platform",
    epilog="Exit status 退出码: 0 done; 1 refused, or something found that somebody must mend; 2 typed wrongly;"
    " 3 the trail was tampered with; 130 interrupted. With --json every answer is one document, and so is a refusal.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
commands.add_typer(facts)
account = typer.Typer(name="account", help="Accounts made on the machine itself.", no_args_is_help=True)
commands.add_typer(account)
commands.command()(backup)
commands.command()(restore)
commands.command("import")(import_file)
Service = Annotated[str, typer.Argument(help=f"One of: {', '.join(BUILT)}.", autocompletion=lambda: list(BUILT))]
Services = Annotated[
    list[str] | None,
    typer.Argument(help=f"Any of: {', '.join(BUILT)}; all when left out.", autocompletion=lambda: list(BUILT)),
]


@commands.command()
def run() -> None:
    """Run everything on this machine: database, migrations, services and the front door."""
    from deploy.run import run as run_everything

    run_everything()


@commands.command()
def serve(
    service: Service,
    public_fd: Annotated[int | None, typer.Option(help="An inherited listening socket for the front door.")] = None,
    internal_fd: Annotated[int | None, typer.Option(help="An inherited listening socket for other services.")] = None,
    host: Annotated[str, typer.Option(help="Where to listen when no socket is inherited.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="The public port; each service has its own.")] = None,
    internal_host: Annotated[str | None, typer.Option(help="The same for the internal port; as --host.")] = None,
    internal_port_: Annotated[int | None, typer.Option("--internal-port", help="The internal port.")] = None,
) -> None:
    """Serve one service, on a public and an internal listener."""
    from deploy import serve as serving
    from deploy.environment import container_environment

    _known([service])
    for name, value in container_environment(service, Home.from_environment()).items():
        os.environ.setdefault(name, value)
    serving.refuse_unsafe(service)
    public, internal = serving.sockets(
        public_fd,
        internal_fd,
        at=(host, port or public_port(service)),
        internal_at=(internal_host or host, internal_port_ or internal_port(service)),
    )
    raise typer.Exit(serving.serve(service, public, internal))


@commands.command()
def migrate(services: Services = None, *, as_json: AsJson = False) -> None:
    """Bring the tables up to date. With FUZHOU_SUPERUSER_URL, databases, roles and secrets are made first."""
    from deploy.migrate import migrate_all
    from deploy.migration_addresses import migration_urls

    chosen = _known(services or list(BUILT))
    migrate_all(asyncio.run(migration_urls(chosen, Home.from_environment())), chosen)
    tell({"migrated": chosen}, as_json=as_json)


@commands.command()
def seed(*, as_json: AsJson = False) -> None:
    """Write what the databases begin with, where it is missing. After `migrate`, before `serve`."""
    from deploy.running import told
    from deploy.seeding import seed as seed_all

    for service in ("needs", "identity"):
        if f"{service.upper()}_DATABASE_URL" not in os.environ:
            for name, value in told(service, Home.from_environment()).items():
                os.environ.setdefault(name, value)
    asyncio.run(seed_all())
    tell({"seeded": ["needs", "identity"]}, as_json=as_json)


@commands.command()
def health(
    name: Annotated[str, typer.Argument(help=f"One of: door, {', '.join(BUILT)}.")],
    host: Annotated[str, typer.Option(help="Where it listens.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="The usual one when left out.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask whether a service, or the front door, answers; exit status 1 when it does not."""
    from deploy.health import answers_ok

    door = name == "door"
    if not door:
        _known([name])
    usual, path = (DOOR_PORT, "/") if door else (public_port(name), f"/{name}/health/ready")
    well = asyncio.run(answers_ok(host, port or usual, path))
    status = "ok" if well else "unavailable"
    tell({"status": status}, status, as_json=as_json)
    raise typer.Exit(0 if well else 1)


@commands.command()
def secrets(
    folder: Annotated[Path, typer.Argument(help="Made when it is missing.")], *, as_json: AsJson = False
) -> None:
    """Make the secrets that containers need, one file each; those that are there stay as they are."""
    from deploy.secrets import Secrets

    # Each container runs as an account of its own and sees its few files alone; the folder is closed to all others.
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = Secrets(folder, mode=0o444)
    made.complete(may_be_new=not made.superuser_file.exists())
    made.make_superuser()
    tell({"folder": str(folder)}, as_json=as_json)


@commands.command()
def database(service: Service, *, as_json: AsJson = False) -> None:
    """Print the address of a running service's database as its owner, for `alembic -n SERVICE`; it holds a password."""
    from deploy.migration_addresses import migration_urls

    chosen = _known([service])
    url = asyncio.run(migration_urls(chosen, Home.from_environment()))[service]
    tell({"url": url}, url, as_json=as_json)


@commands.command()
def reconcile(
    services: Services = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Look now at every promise between services and heal what rules heal. Exit status 1 when something stays."""
    from deploy.reconciling import found, summary
    from deploy.reconciling import reconcile as reconcile_all

    reports = asyncio.run(reconcile_all(_known(services or list(BUILT))))
    if as_json:
        print(json.dumps({"promises": summary(reports), "found": found(reports)}, ensure_ascii=False, indent=2))
    else:
        show_rows(summary(reports), as_json=False, nothing="Nothing is promised.")
        print()
        show_rows(found(reports), as_json=False, nothing="Nothing was found wrong.")
    raise typer.Exit(1 if any(report.raised or report.trouble for report in reports) else 0)


@commands.command("verify-audit")
def verify_audit(
    services: Services = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Prove the trails against their seals and what identity holds of them; names the first bad entry of each.

    Exit status 0 when all are whole, 3 when one is not; 1 when it cannot be told.
    """
    from deploy.auditing import shown
    from deploy.auditing import verify as verify_all

    verdicts = asyncio.run(verify_all(_known(services or list(BUILT))))
    show_rows([shown(verdict) for verdict in verdicts], as_json=as_json, nothing="Nothing was looked at.")
    raise typer.Exit(3 if any(verdict.fault for verdict in verdicts) else 0)


@commands.command("rotate-keys")
def rotate_keys(
    *,
    forget: Annotated[bool, typer.Option(help="Drop the old keys, once no cell and no backup needs them.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a new data key (FUZHOU_CIPHER says for which cipher) and seal everything anew with it, while all runs.

    Safe to interrupt: run again, it goes on. Exit status 1 when a cell could not be opened; its old key then stays.
    """
    from deploy.rotating import forget_old_keys, rotate_all_keys

    urls = _owner_urls()
    if forget:
        forgotten = forget_old_keys(Home.from_environment(), urls)
        tell({"forgotten": forgotten}, f"forgotten: {', '.join(forgotten) or 'none'}", as_json=as_json)
        return
    rows = rotate_all_keys(Home.from_environment(), urls)
    show_rows(rows, as_json=as_json, nothing="Nothing is sealed.")
    raise typer.Exit(1 if any(row["unreadable"] for row in rows) else 0)


@commands.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Look at the machine, the keys, the backups and all that runs; say what is wrong and what to do. Changes nothing.

    Exit status 1 when something is ill; what is only worth knowing does not count.
    """
    from deploy.doctor import State, as_document, in_words, worst
    from deploy.doctor.examining import examine

    findings = list(examine(Home.from_environment()))
    tell(as_document(findings), in_words(findings), as_json=as_json)
    raise typer.Exit(1 if worst(findings) is State.ILL else 0)


@commands.command()
def token(
    account: Annotated[str, typer.Argument(help="A development account, as `fuzhou run` lists them.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Print an access token for a development account; outside production only."""
    from deploy.token import token_for

    made = token_for(account)
    tell({"token": made}, made, as_json=as_json)


@account.command("create")
def create_account(
    name: Annotated[str, typer.Argument(help="A name for the account, not the person's, e.g. city-administrator.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Make the first administrator; prints a one-time link by which the password is set within a day."""
    from deploy.account import first_account

    link = first_account(name)
    tell({"account": name, "link": link}, link, as_json=as_json)


@account.command("link")
def link_account(
    name: Annotated[str, typer.Argument(help="An account that is there.")], *, as_json: AsJson = False
) -> None:
    """Print a fresh one-time link for an account whose person lost the password or the telephone."""
    from deploy.account import fresh_link

    link = fresh_link(name)
    tell({"account": name, "link": link}, link, as_json=as_json)


@account.command("retell")
def retell_accounts(*, as_json: AsJson = False) -> None:
    """Tell the services anew of accounts that they know too little of: from before facts said what an account may do.

    Safe to repeat, while everything runs: what was told once is not told again.
    """
    from deploy.account import retell

    told = retell()
    tell({"told_anew": told}, f"{told} told anew.", as_json=as_json)


def _owner_urls() -> dict[str, str]:
    from deploy.migration_addresses import migration_urls

    return asyncio.run(migration_urls(list(BUILT), Home.from_environment()))


def _known(services: list[str]) -> list[str]:
    for service in services:
        if service not in BUILT:
            raise typer.BadParameter(f"There is no service {service!r}; there are {', '.join(BUILT)}.")
    return services


def main() -> None:
    """Run the command; what is expected to go wrong is one message and no traceback."""
    try:
        commands()
    except Refusal as expected:
        # Options may not be known yet when something is refused; the word itself is.
        if "--json" in sys.argv:
            print(json.dumps({"refused": type(expected).__name__, "why": str(expected)}, ensure_ascii=False, indent=2))
        else:
            print(f"\n{expected}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
