"""The connection under `fetching`: to one checked address, in the name of one host, and cut when time is up."""

from __future__ import annotations

import contextlib
import socket
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

with warnings.catch_warnings():  # it misses a detector of text encodings, which nothing here needs
    warnings.simplefilter("ignore")
    from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from requests import PreparedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a URL leads: `address` is `host`'s, checked."""

    scheme: str
    host: str
    port: int
    address: str


class Plain(HTTPConnection):
    """A connection that knows whether it ever came about."""

    is_reached = False

    def connect(self) -> None:
        super().connect()
        self.is_reached = True


class Secure(HTTPSConnection):
    """As Plain, with TLS done, too."""

    is_reached = False

    def connect(self) -> None:
        super().connect()
        self.is_reached = True


class Pinned(HTTPAdapter):
    """An adapter that connects to one address, and speaks to one host there: SNI, certificate and Host are its name."""

    def __init__(self, target: Target) -> None:
        super().__init__(max_retries=0)
        self.is_cut = False
        self._target = target
        self._opened: list[Plain | Secure] = []

    @property
    def is_reached(self) -> bool:
        """Whether a connection came about, so that something may have been sent."""
        return any(each.is_reached for each in self._opened)

    def close(self) -> None:
        super().close()
        for each in self._opened:
            each.close()

    def cut(self) -> None:
        """Nothing: whoever waits for the connection is woken."""
        self.is_cut = True
        for each in self._opened:
            with contextlib.suppress(OSError):
                if each.sock is not None:
                    # Not SSLSocket's own, which takes the TLS state away under the reader.
                    socket.socket.shutdown(each.sock, socket.SHUT_RDWR)

    def get_connection_with_tls_context(
        self, request: PreparedRequest, verify: object, proxies: object = None, cert: object = None
    ) -> urllib3.HTTPConnectionPool:
        """The connection to the address. What requests would look up again by the URL's host is not looked up."""
        at, port, host = self._target.address, self._target.port, self._target.host
        pool: urllib3.HTTPConnectionPool
        if self._target.scheme == "https":
            pool = urllib3.HTTPSConnectionPool(at, port, server_hostname=host, assert_hostname=host, maxsize=1)
        else:
            pool = urllib3.HTTPConnectionPool(at, port, maxsize=1)
        pool.ConnectionCls = self._remembered  # type: ignore[assignment]  # urllib3 only ever calls it
        return pool

    def add_headers(self, request: PreparedRequest, **sent: object) -> None:
        """Nothing: the request names the host, not the address."""
        usual = {"https": 443, "http": 80}[self._target.scheme]
        port = "" if self._target.port == usual else f":{self._target.port}"
        request.headers["Host"] = self._target.host + port

    def _remembered(self, **given: object) -> Plain | Secure:
        kind = Secure if self._target.scheme == "https" else Plain
        connection = kind(**given)  # type: ignore[arg-type]
        self._opened.append(connection)
        return connection
