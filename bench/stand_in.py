"""What stands in for S3: TLS on this machine, each answer's first byte late, its bytes and those sent to it paced.

A process of its own on another CPU than the one that is timed, where there is one. Any signature is taken.
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# What a function in the bucket's Region sees of S3, about: "Best practices design patterns: optimizing Amazon S3
# performance" says 100 to 200 ms for small objects at the worst; warm connections see 10 to 20. Read 2026-11.
first_byte_ms = 10.0
megabytes_per_s = 60.0
chunk_bytes = 32 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]


def main(folder: Path, certificate: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    originals = {path.name: path.read_bytes() for path in folder.glob("*-*mp.jpg")}
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(connection, context, originals), daemon=True).start()


def serve(plain: socket.socket, context: ssl.SSLContext, originals: Mapping[str, bytes]) -> None:
    """Answers one connection until it ends."""
    try:
        with context.wrap_socket(plain, server_side=True) as connection:
            buffer = b""
            while True:
                while b"\r\n\r\n" not in buffer:
                    had = connection.recv(65536)
                    if not had:
                        return
                    buffer += had
                head, _, buffer = buffer.partition(b"\r\n\r\n")
                asked = read(head)
                buffer = take_body(connection, asked, buffer)
                answer(connection, asked, originals)
    except OSError:
        return


def read(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(method=method, path=path.partition("?")[0], headers=headers)


def take_body(connection: ssl.SSLSocket, asked: Asked, had: bytes) -> bytes:
    """What came after the body, which is read no faster than the pace."""
    length = int(asked.headers.get("content-length", "0"))
    if asked.headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    started, left = time.perf_counter(), length - len(had)
    while left > 0:
        left -= len(connection.recv(min(left, 65536)) or b" " * left)
    wait_until(started + length / (megabytes_per_s * 1e6))
    return had[length:]


def answer(connection: ssl.SSLSocket, asked: Asked, originals: Mapping[str, bytes]) -> None:
    started = time.perf_counter()
    body = originals.get(asked.path.rpartition("/")[2], b"") if asked.method in ("GET", "HEAD") else b""
    etag = f'"{len(body):032x}"'
    head = f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n"
    wait_until(started + first_byte_ms / 1000)
    connection.sendall((head + "Connection: keep-alive\r\n\r\n").encode())
    if asked.method != "GET":
        return
    started = time.perf_counter()
    for at in range(0, len(body), chunk_bytes):
        chunk = body[at : at + chunk_bytes]
        wait_until(started + (at + len(chunk)) / (megabytes_per_s * 1e6))
        connection.sendall(chunk)


def wait_until(moment: float) -> None:
    left = moment - time.perf_counter()
    if left > 0:
        time.sleep(left)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
