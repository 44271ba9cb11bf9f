"""Says in time that a port is taken, by whom to ask and which setting to change."""

import errno
import socket

from maskline.refusal import Refusal


def require_free(host: str, port: int, variable: str) -> None:
    """
    Raises Refusal where nothing can listen on `port` of `host`. variable: the setting to change, MASKLINE_HTTP_PORT.

    Port 0 is always free. Another program may still take the port before it is used, so that one is reported as well.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family):
            pass
    except OSError as error:
        raise refusal(error, host, port, variable) from error


def refusal(error: OSError, host: str, port: int, variable: str) -> Refusal:
    """What to tell a person when listening failed with `error`."""
    if error.errno == errno.EADDRINUSE:
        return Refusal(
            f"Port {port} on {host} is in use by another program. Stop that one, or set {variable} to a free port."
        )
    if error.errno == errno.EACCES:
        return Refusal(f"Port {port} needs rights that this user lacks. Set {variable} to a port above 1023.")
    return Refusal(f"Nothing can listen on {host}, port {port} ({error.strerror}). Correct {variable} or the host.")
