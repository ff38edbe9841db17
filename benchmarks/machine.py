"""The machine that benchmarks run on: a durable PostgreSQL of their own, migrated and seeded, and tokens."""

import asyncio
import base64
import json
import secrets
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

from joserfc.jwk import ECKey, KeySet

from benchmarks import rows
from deploy import databases
from deploy.addresses import BUILT
from deploy.migrate import migrate
from deploy.postgres import Cluster
from shared.kit.crypto import Keyring, use_keyring
from shared.kit.database import Database
from shared.kit.tokens import Claims, sign
from shared.reference import all_rows
from shared.schemas.access import Grant, Role

KEYS_PORT = 18310
ISSUER = "http://bench/identity"
CITY_WIDE = (Grant(role=Role.HOTLINE_OPERATOR, divisions=("3610",)),)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where things are while a benchmark runs."""

    folder: Path
    cluster: Cluster
    key: ECKey

    @property
    def environment(self) -> dict[str, str]:
        return {
            "NEEDS_DATABASE_URL": sqlalchemy(self.cluster.url("needs", "needs_app")),
            "FUZHOU_KEYS_FILE": str(self.folder / "keys.json"),
            "FUZHOU_ISSUER": ISSUER,
            "FUZHOU_IDENTITY_URL": f"http://127.0.0.1:{KEYS_PORT}",
            "FUZHOU_ENVIRONMENT": "test",
            # Nobody else runs, and no timer fires: what is measured is intake.
            "FUZHOU_CLOCK": "played",
            "NEEDS_LISTENS": "false",
            "PYTHONPATH": str(Path(__file__).parent.parent),
        }

    @property
    def superuser_url(self) -> str:
        return self.cluster.url("needs")

    def token(self, *, subject: str = rows.SUBJECT, grants: Sequence[Grant] = CITY_WIDE) -> str:
        """An operator's token, good for five minutes."""
        now = int(time.time())
        return sign(
            Claims(
                iss=ISSUER, sub=subject, aud=["needs"], iat=now, exp=now + 300, jti=str(uuid4()),
                client_id="bench", grants=list(grants),
            ),
            self.key,
        )  # fmt: skip


def sqlalchemy(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://")


@contextmanager
def machine() -> Iterator[Machine]:
    """A fresh database in a temporary folder, durable as in life; gone afterwards."""
    key = ECKey.generate_key("P-256", {"kid": "bench", "use": "sig", "alg": "ES256"})
    passwords = {role: secrets.token_hex(8) for role in databases.roles(BUILT)}
    with tempfile.TemporaryDirectory(prefix="fuzhou-bench-") as name, public_keys(key):
        folder = Path(name)
        folder.chmod(0o711)
        write_keys(folder / "keys.json")
        cluster = Cluster(folder / "postgres", port=18320, passwords=passwords)
        try:
            asyncio.run(cluster.start())
            asyncio.run(databases.prepare(cluster.url(), BUILT, password_of=cluster.password_of))
            for service in BUILT:
                migrate(service, sqlalchemy(cluster.url(service, databases.owner(service))))
            asyncio.run(seed(cluster))
            yield Machine(folder, cluster, key)
        finally:
            asyncio.run(cluster.stop())


async def seed(cluster: Cluster) -> None:
    from services.needs.service.reference import seed as seed_rows

    database = Database.at(sqlalchemy(cluster.url("needs", "needs_app")))
    await seed_rows(database, all_rows())
    await database.close()


def write_keys(path: Path) -> None:
    key, index = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    path.write_text(json.dumps({"current": "k1", "keys": {"k1": key}, "index_key": index}), "utf-8")
    use_keyring(Keyring.from_file(path))


@contextmanager
def public_keys(key: ECKey) -> Iterator[None]:
    """Identity's public keys, served as it would."""
    document = json.dumps(KeySet([key]).as_dict(private=False)).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", KEYS_PORT), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
