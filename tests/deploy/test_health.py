"""Health is asked often, and of whoever is just starting or ending."""

import asyncio
import gc
import socket
import struct

from deploy.health import answers_ok


def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up as a process does that is killed."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def test_who_hangs_up_is_not_well_and_leaves_no_connection_open() -> None:
    async with await asyncio.start_server(reset, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert not any([await answers_ok("127.0.0.1", port, "/") for _ in range(20)])
        # A connection that was left open says so when it is collected, and warnings are errors here.
        gc.collect()
