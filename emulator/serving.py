"""HTTP on this machine: sockets opened early, servers that stop at once, CloudFront's words for a broken request."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
from collections.abc import Generator
from pathlib import Path

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from emulator.asgi import Application
from emulator.cloudfront import refusals
from emulator.stopped import Stopped

# More than any request that a server must understand to refuse it with 414 or 494.
incomplete_max_bytes = 4 * 1024 * 1024


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets bound to the host and port; `localhost` is both of its addresses where there are two.

    Raises Stopped where the port is taken or the host has no address here.
    """
    hosts = ["127.0.0.1", "::1"] if host in ("localhost", "") else [host]
    bound: list[socket.socket] = []
    for each in hosts:
        family = socket.AF_INET6 if ":" in each else socket.AF_INET
        try:
            bound.append(_bound(family, each, bound[0].getsockname()[1] if bound else port))
        except OSError as why:
            if bound and why.errno not in (errno.EADDRINUSE,):
                continue  # a machine without IPv6
            for other in bound:
                other.close()
            raise Stopped(_sentence(host, port, why)) from why
    return bound


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    # The protocol is named, or asyncio leaves Nagle's algorithm on: 40 ms for every answer in two parts.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind((host, port))
        opened.listen(1024)
    except OSError:
        opened.close()
        raise
    return opened


def _sentence(host: str, port: int, why: OSError) -> str:
    if why.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: name another one with PORT=."
    return f"Cannot listen on {host or 'localhost'}, port {port}: {why.strerror or why}."


class ViewerProtocol(H11Protocol):
    """HTTP/1.1 as h11 reads it; what it cannot read is answered in CloudFront's words."""

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio reads the answer, uvicorn has none
        """Keeps the connection for the answer, where the viewer has only said all that he has to say."""
        is_plain = self.scheme == "http"  # TLS has no half of a connection
        return is_plain and self.cycle is not None and not self.cycle.response_complete

    def send_400_response(self, msg: str) -> None:
        headers, body = refusals.page(400, refusals.bad_request, "")
        sent = [(name.encode(), text.encode()) for name, text in headers]
        own = [(b"Content-Length", str(len(body)).encode()), (b"X-Cache", b"Error from cloudfront")]
        with contextlib.suppress(h11.LocalProtocolError):
            for event in (
                h11.Response(status_code=400, headers=[*sent, *own, (b"Connection", b"close")], reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


class Server(uvicorn.Server):
    """A server without a say in signals: the emulator's own stop it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class Serving:
    """The servers of the emulator; `stop` ends them without waiting for idle connections."""

    def __init__(self) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        self._running: list[tuple[Server, asyncio.Task[None]]] = []

    async def start(self, app: Application, sockets: list[socket.socket], tls: Path | None = None) -> None:
        """Returns when the sockets are answered. `tls` is a file of key and certificate."""
        config = uvicorn.Config(
            app,
            http=ViewerProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            h11_max_incomplete_event_size=incomplete_max_bytes,
            timeout_graceful_shutdown=1,
            backlog=1024,
        )
        config.load()
        if tls is not None:
            config.ssl = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            config.ssl.load_cert_chain(tls)
        server = Server(config)
        self._running.append((server, asyncio.create_task(server.serve(sockets=sockets))))
        while not server.started:
            await asyncio.sleep(0.001)

    async def stop(self) -> None:
        for server, _ in self._running:
            server.should_exit = True
            server.force_exit = True
        await asyncio.gather(*(task for _, task in self._running), return_exceptions=True)
