"""S3 whose bytes come one by one: no time-out between two of them ever strikes, and the deadline holds all the same."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.fakes import settings
from variants import errors
from variants.s3 import Bucket
from variants.sigv4 import Credentials
from variants.timing import Deadline
from variants.wire import Connections

pause_s = 0.02


def dripping(listener: socket.socket, head: bytes, body: bytes) -> None:
    """Answers everything alike, a byte of the body at a time."""
    with listener:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65_536)
                connection.sendall(head)
                try:
                    for at in range(len(body)):
                        connection.sendall(body[at : at + 1])
                        time.sleep(pause_s)
                except OSError:
                    continue


@pytest.fixture(params=["an object", "an error", "an error in chunks"])
def bucket(request: pytest.FixtureRequest) -> Iterator[Bucket]:
    listener = socket.create_server(("127.0.0.1", 0))
    body = bytes(2000)
    head = {
        "an object": b'HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Length: 2000\r\n\r\n',
        "an error": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2000\r\n\r\n",
        "an error in chunks": b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n",
    }[request.param]
    threading.Thread(target=dripping, args=(listener, head, body), daemon=True).start()
    port = listener.getsockname()[1]
    pool = Connections(lambda timeout_s: http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s))
    keys = Credentials(access_key="a", secret_key="s", session_token="t")
    yield Bucket(name="b", region=settings.region, connect=lambda _host: pool, credentials=lambda: keys)
    pool.close()
    listener.shutdown(socket.SHUT_RDWR)


def test_a_slow_body_ends_with_the_deadline(bucket: Bucket) -> None:
    began = time.monotonic()
    with pytest.raises(errors.Deadline):
        bucket.stream("a.jpg", Deadline(time.monotonic, 0.2))[1].read()
    assert time.monotonic() - began < 1


def test_what_is_left_of_a_slow_body_is_not_waited_for(bucket: Bucket) -> None:
    began = time.monotonic()
    try:
        _, answer = bucket.get("a.jpg", Deadline(time.monotonic, 0.2))
        answer.close()
    except errors.Deadline:
        pass
    assert time.monotonic() - began < 1
