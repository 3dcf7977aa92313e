"""HTTPS to AWS's hosts over the standard library: connections that are kept, and one trust for all of them.

Not urllib3, which imports email, zipfile and more, and reads the authorities anew for each host: together a quarter
of a cold start (docs/decisions/performance.md).
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import select
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

# What a call raises where there is no answer, or none to the end: time-outs and TLS are OSErrors.
failures = (OSError, http.client.HTTPException)
most_idle = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A request that is ready to be sent; its headers are all of them, `host` too."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    connect_timeout_s: float
    read_timeout_s: float


class Response(Protocol):
    """An answer whose head is there. `read1` gives what came, nothing at the end and where it broke off; then either
    `release_conn`, which keeps the connection where the body is at its end, or `close`."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def read1(self, size: int, /) -> bytes: ...

    def release_conn(self) -> None: ...

    def close(self) -> None: ...


class Wire(Protocol):
    """Connections to one host; a test has its own."""

    def ask(self, asking: Asking) -> Response: ...


@functools.cache
def trust() -> ssl.SSLContext:
    """The machine's authorities, read once: 130 of them take as long as a handshake."""
    return ssl.create_default_context()


@functools.cache
def https(host: str) -> Wire:
    """The connections to a host, made at the first call and kept while the sandbox lives."""
    return Connections(lambda timeout_s: _Secure(host, timeout=timeout_s))


class _Secure(http.client.HTTPConnection):
    """A connection over TLS. The host's name travels as bytes: as text it would import IDNA's tables."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        host = self.host.encode("ascii")
        plain = socket.create_connection((host, self.port), self.timeout)  # type: ignore[arg-type]  # bytes will do
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = trust().wrap_socket(plain, server_hostname=host)


class Connections:
    """Connections that `connect` makes, given the seconds that it may take; a few are kept while they are idle."""

    def __init__(self, connect: Callable[[float], http.client.HTTPConnection]) -> None:
        self._connect = connect
        self._idle: list[http.client.HTTPConnection] = []

    def ask(self, asking: Asking) -> Response:
        """The answer's head. Raises one of `failures`."""
        connection = self._usable() or self._connect(asking.connect_timeout_s)
        try:
            if connection.sock is None:
                connection.connect()
            connection.sock.settimeout(asking.read_timeout_s)
            with contextlib.suppress(BrokenPipeError):  # a server that refuses a body may say so before it is there
                connection.request(asking.method, asking.target, asking.body or None, dict(asking.headers))
            return _Answer(connection.getresponse(), connection, self._keep)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _usable(self) -> http.client.HTTPConnection | None:
        """One that is idle and that the other side has not closed, as it does while a sandbox is frozen."""
        while self._idle:
            connection = self._idle.pop()
            if connection.sock is not None and not select.select([connection.sock], [], [], 0)[0]:
                return connection
            connection.close()
        return None

    def _keep(self, connection: http.client.HTTPConnection) -> None:
        if len(self._idle) < most_idle:
            self._idle.append(connection)
        else:
            connection.close()


class _Answer:
    """An answer under way on its connection."""

    def __init__(
        self,
        answer: http.client.HTTPResponse,
        connection: http.client.HTTPConnection,
        keep: Callable[[http.client.HTTPConnection], None],
    ) -> None:
        self.status = answer.status
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in answer.getheaders()}
        self._answer = answer
        self._connection: http.client.HTTPConnection | None = connection
        self._keep = keep

    def read1(self, size: int, /) -> bytes:
        return self._answer.read1(size)

    def release_conn(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        left = self._answer.length  # None for chunks
        is_whole = left == 0 or (left is None and self._answer.isclosed())
        self._answer.close()
        if is_whole and connection.sock is not None:  # http.client has closed it where the answer says so
            self._keep(connection)
        else:
            connection.close()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._answer.close()
            connection.close()
