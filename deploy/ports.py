"""Listening sockets on this machine, opened by the parent and handed to children, so that a restart drops no caller."""

import errno
import socket
from collections.abc import Iterator

from deploy.refusals import Refusal

LOOPBACK = "127.0.0.1"
# The kernel gives ports from here upwards to outgoing connections; a server below it never meets them.
FIRST_EPHEMERAL_PORT = 32768
BACKLOG = 2048


class PortTaken(Refusal):
    """Something else listens on the port."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(f"Port {port} is taken by another program.")


def listen(port: int, *, host: str = LOOPBACK) -> socket.socket:
    """A listening TCP socket that children may inherit.

    Raises:
        PortTaken: another program has it.
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit it; a socket passed by number would otherwise wait 40 ms with each answer.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        opened.bind((host, port))
        opened.listen(BACKLOG)
    except OSError as refused:
        opened.close()
        if refused.errno == errno.EADDRINUSE:
            raise PortTaken(port) from refused
        raise
    opened.settimeout(0)
    return opened


def listen_from(port: int, *, step: int = 10, host: str = LOOPBACK) -> socket.socket:
    """A listening socket on this port, else on the next free one by steps.

    Raises:
        PortTaken: none is free below the ephemeral ports.
    """
    for candidate in _candidates(port, step):
        try:
            return listen(candidate, host=host)
        except PortTaken:
            continue
    raise PortTaken(port)


def free_port(port: int, *, host: str = LOOPBACK) -> int:
    """This port if it is free, else the next one that is; for programs that must open their socket themselves."""
    with listen_from(port, step=1, host=host) as probe:
        return port_of(probe)


def port_of(opened: socket.socket) -> int:
    """The port on which a socket listens."""
    return int(opened.getsockname()[1])


def _candidates(port: int, step: int) -> Iterator[int]:
    yield from range(port, FIRST_EPHEMERAL_PORT, step)
