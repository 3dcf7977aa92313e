"""Foreign hosts on loopback, over TLS: raw answers by path, each written as slowly as its case says.

Addresses: the names resolve to 192.52.193.1 (AMT's anycast block, RFC 7450: global, and nobody's API), which
`connections` leads to this machine.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import trustme
from urllib3.util import connection

address = "192.52.193.1"
Script = Callable[["Wire"], None]


@dataclass
class Wire:
    """One connection after its request was read."""

    tls: ssl.SSLSocket
    target: str
    head: str
    body: bytes

    def send(self, raw: bytes) -> None:
        self.tls.sendall(raw)

    def answer(self, body: bytes, status: str = "200 OK", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join([*lines, "", ""]).encode() + body)

    def drip(self, raw: bytes, every_s: float) -> None:
        for at in range(len(raw)):
            self.send(raw[at : at + 1])
            time.sleep(every_s)


@dataclass
class Hosts:
    """The servers. `seen`: each request's head; `connected`: each address that was connected to."""

    ca_file: str
    port: int = 0
    scripts: dict[str, Script] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    resolved: dict[str, list[list[str]]] = field(default_factory=dict)

    def resolve(self, host: str, port: int) -> list[str]:
        """The next of the addresses that a host was given, the last of them for ever; else the public one."""
        given = self.resolved.get(host, [[address]])
        return given.pop(0) if len(given) > 1 else given[0]

    def serve(self, listening: socket.socket, context: ssl.SSLContext) -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._speak, args=(plain, context), daemon=True).start()

    def _speak(self, plain: socket.socket, context: ssl.SSLContext) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as tls:
            raw = b""
            while b"\r\n\r\n" not in raw:
                raw += _more(tls)
            head, _, body = raw.partition(b"\r\n\r\n")
            text = head.decode("latin-1")
            length = next((int(x[15:]) for x in text.split("\r\n") if x.lower().startswith("content-length:")), 0)
            while len(body) < length:
                body += _more(tls)
            self.seen.append(text)
            self.bodies.append(body)
            target = text.split(" ")[1]
            wire = Wire(tls=tls, target=target, head=text, body=body)
            self.scripts.get(target.partition("?")[0], lambda each: each.answer(b"?", "404 Not Found"))(wire)


def _more(tls: ssl.SSLSocket) -> bytes:
    """What came next. Raises ConnectionError where the other side is gone: nothing would come for ever."""
    found = tls.recv(65536)
    if not found:
        raise ConnectionError("The other side is gone.")
    return found


@contextlib.contextmanager
def running(names: tuple[str, ...], folder: str, patch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    authority = trustme.CA()
    ca_file = f"{folder}/ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    listening = socket.create_server(("127.0.0.1", 0))
    hosts = Hosts(ca_file=ca_file, port=listening.getsockname()[1])
    real = connection.create_connection

    def connect(to: tuple[str, int], *given: object, **named: object) -> socket.socket:
        hosts.connected.append(to[0])
        assert to[0] == address, f"connected to {to[0]}"
        return real(("127.0.0.1", hosts.port), *given, **named)  # type: ignore[arg-type]

    patch.setattr(connection, "create_connection", connect)
    threading.Thread(target=hosts.serve, args=(listening, context), daemon=True).start()
    try:
        yield hosts
    finally:
        listening.close()
