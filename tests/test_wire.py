"""Connections to AWS: kept where an answer is read to its end, dropped where it is not, or where the server left."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from variants import wire
from variants.wire import Asking, Connections

plain = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
last = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
short = b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nabc"
no_body = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"


@dataclass
class Server:
    """Answers each request on a connection with the next bytes; `opened` counts the connections."""

    answers: list[bytes]
    leaves: bool = False
    opened: int = 0
    asked: list[bytes] = field(default_factory=list)
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    left: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.opened += 1
            with connection:
                while self.answers and (had := connection.recv(65_536)):
                    self.asked.append(had)
                    connection.sendall(self.answers.pop(0))
                    if self.leaves:
                        break
            self.left.set()

    def connections(self) -> Connections:
        threading.Thread(target=self.run, daemon=True).start()
        port = self.listener.getsockname()[1]
        return Connections(lambda timeout_s: http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s))


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    started: list[Server] = []
    yield started
    for each in started:
        each.listener.shutdown(socket.SHUT_RDWR)
        each.listener.close()


def get(method: str = "GET", body: bytes = b"") -> Asking:
    told = {"host": "h", **({"content-length": str(len(body))} if body else {})}
    return Asking(method=method, target="/k", headers=told, body=body, connect_timeout_s=2, read_timeout_s=2)


def whole(connections: Connections, asking: Asking) -> bytes:
    answer = connections.ask(asking)
    found = b""
    while had := answer.read1(2):
        found += had
    answer.release_conn()
    return found


@pytest.mark.parametrize(
    ("answers", "method", "bodies", "opened"),
    [
        ([plain, plain], "GET", b"abc", 1),
        ([chunked, chunked], "GET", b"abc", 1),
        ([no_body, no_body], "HEAD", b"", 1),
        ([last, last], "GET", b"abc", 2),
    ],
    ids=["a length", "chunks", "no body to a HEAD", "the server closes"],
)
def test_a_connection_is_used_again_where_it_can_be(
    servers: list[Server], answers: list[bytes], method: str, bodies: bytes, opened: int
) -> None:
    server = Server(list(answers), leaves=answers[0] == last)
    servers.append(server)
    connections = server.connections()
    assert [whole(connections, get(method)) for _ in answers] == [bodies, bodies]
    assert server.opened == opened
    connections.close()


def test_a_connection_with_a_body_half_read_is_not_used_again(servers: list[Server]) -> None:
    server = Server([plain, plain])
    servers.append(server)
    connections = server.connections()
    answer = connections.ask(get())
    assert answer.read1(1) == b"a"
    answer.release_conn()
    assert whole(connections, get()) == b"abc"
    assert server.opened == 2
    connections.close()


def test_a_connection_that_the_other_side_closed_is_noticed_before_it_is_used(servers: list[Server]) -> None:
    server = Server([plain, plain], leaves=True)
    servers.append(server)
    connections = server.connections()
    assert whole(connections, get()) == b"abc"
    assert server.left.wait(5)
    assert whole(connections, get()) == b"abc"
    assert server.opened == 2
    connections.close()


def test_a_body_that_breaks_off_ends(servers: list[Server]) -> None:
    server = Server([short], leaves=True)
    servers.append(server)
    assert whole(server.connections(), get()) == b"abc"


def test_no_answer_is_one_of_the_failures(servers: list[Server]) -> None:
    server = Server([b""], leaves=True)
    servers.append(server)
    with pytest.raises(wire.failures):
        server.connections().ask(get())


def test_a_body_is_sent_with_its_headers_as_they_are(servers: list[Server]) -> None:
    server = Server([plain])
    servers.append(server)
    connections = server.connections()
    assert whole(connections, get("PUT", b"body")) == b"abc"
    sent = b"".join(server.asked)
    assert sent.startswith(b"PUT /k HTTP/1.1\r\n")
    assert sent.count(b"host: h\r\n") == 1
    assert b"content-length: 4\r\n" in sent
    connections.close()
