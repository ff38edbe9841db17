"""The `fuzhou` command: one name for every way to run and tend the platform."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from deploy.addresses import BUILT, internal_port, public_port
from deploy.home import Home
from deploy.refusals import Refusal

commands = typer.Typer(
    name="fuzhou",
    help="抚州社会工作云平台 Fuzhou Social Work Cloud Platform",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Services = Annotated[list[str] | None, typer.Argument(help=f"Any of: {', '.join(BUILT)}; all when left out.")]


@commands.command()
def run() -> None:
    """Run everything on this machine: database, migrations, services and the front door."""
    from deploy.run import run as run_everything

    run_everything()


@commands.command()
def serve(
    service: Annotated[str, typer.Argument(help=f"One of: {', '.join(BUILT)}.")],
    public_fd: Annotated[int | None, typer.Option(help="An inherited listening socket for the front door.")] = None,
    internal_fd: Annotated[int | None, typer.Option(help="An inherited listening socket for other services.")] = None,
    host: Annotated[str, typer.Option(help="Where to listen when no socket is inherited.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="The public port; each service has its own.")] = None,
    internal_port_: Annotated[int | None, typer.Option("--internal-port", help="The internal port.")] = None,
) -> None:
    """Serve one service, on a public and an internal listener."""
    from deploy import serve as serving
    from deploy.environment import container_environment

    _known([service])
    for name, value in container_environment(service, Home.from_environment()).items():
        os.environ.setdefault(name, value)
    public, internal = serving.sockets(
        public_fd,
        internal_fd,
        host=host,
        port=port or public_port(service),
        internal_port=internal_port_ or internal_port(service),
    )
    raise typer.Exit(serving.serve(service, public, internal))


@commands.command()
def migrate(services: Services = None) -> None:
    """Bring the tables up to date. With FUZHOU_SUPERUSER_URL, databases, roles and secrets are made first."""
    from deploy.migrate import migrate_all
    from deploy.migration_addresses import migration_urls

    chosen = _known(services or list(BUILT))
    migrate_all(asyncio.run(migration_urls(chosen, Home.from_environment())), chosen)


@commands.command()
def seed() -> None:
    """Write what the databases begin with, where it is missing. After `migrate`, before `serve`."""
    from deploy.environment import container_environment
    from deploy.seeding import seed as seed_all

    for service in ("needs", "identity"):
        for name, value in container_environment(service, Home.from_environment()).items():
            os.environ.setdefault(name, value)
    asyncio.run(seed_all())


@commands.command()
def token(account: Annotated[str, typer.Argument(help="A development account, as `fuzhou run` lists them.")]) -> None:
    """Print an access token for a development account; outside production only."""
    from deploy.token import token_for

    print(token_for(account))


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
        print(f"\n{expected}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
