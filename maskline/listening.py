"""Sockets that listen: taken before anything else is started, so that a port in use is told at once."""

import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from maskline.refusal import Refusal
from maskline.settings import Settings

LOOPBACK = "127.0.0.1"
_BACKLOG = 1024


class PortTaken(Refusal):
    """Another program listens there already."""


def bind(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """
    A socket with an address. port: 0 takes a free one. shared: several may listen on it (SO_REUSEPORT).

    Raises PortTaken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Nothing can listen on {host} port {port}: {error.strerror}. Another program has it, perhaps a Maskline "
            "that still runs. Stop it, or choose another port (MASKLINE_HTTP_PORT, _OPS_PORT, _EXCHANGE_PORT)."
        ) from error
    return listener


@dataclass(frozen=True, slots=True)
class Listening:
    """
    Every socket of a standing Maskline. web: one for each serving process. ops: the same, and one for the worker.

    Connections wait on them from now on, also while a process is replaced.
    """

    web: tuple[socket.socket, ...]
    ops: tuple[socket.socket, ...]
    base_url: str

    def close(self) -> None:
        """Whoever comes from now on is turned away."""
        for each in (*self.web, *self.ops):
            each.close()


@contextmanager
def listening(
    settings: Settings, *, host: str | None = None, services: int = 1, workers: int = 1
) -> Iterator[Listening]:
    """
    Takes the ports of the settings. host: another than the settings'. services: processes that serve, 0 for none; then
    base_url is "". Raises PortTaken.

    Several processes share the web port by SO_REUSEPORT, where the kernel spreads connections over them.
    """
    host = host or settings.http_host
    with contextlib.ExitStack() as stack:
        web = _web(stack, host, settings.http_port, services) if services else []
        ops = [
            _listen(stack, LOOPBACK, settings.ops_port and settings.ops_port + place)
            for place in range(services + workers)
        ]
        yield Listening(tuple(web), tuple(ops), _url(host, web[0]) if web else "")


def _web(stack: contextlib.ExitStack, host: str, port: int, services: int) -> list[socket.socket]:
    first = _listen(stack, host, port)
    if services == 1:
        return [first]
    port = first.getsockname()[1]
    first.close()  # it was ours alone, so nobody else has the port; from now on our processes share it
    return [_listen(stack, host, port, shared=True) for _ in range(services)]


def _url(host: str, listener: socket.socket) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"


def _listen(stack: contextlib.ExitStack, host: str, port: int, *, shared: bool = False) -> socket.socket:
    listener = stack.enter_context(contextlib.closing(bind(host, port, shared=shared)))
    try:
        listener.listen(_BACKLOG)
    except OSError as error:
        raise PortTaken(f"Nothing can listen on {host} port {port}: {error.strerror}.") from error
    return listener
