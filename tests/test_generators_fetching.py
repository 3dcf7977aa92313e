"""Hostile hosts: what is refused before a connection, and what an answer may do to nobody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.foreign_hosts import Hosts, Wire, address, running
from variants import addresses, errors, fetching
from variants.fetching import Call, Fetched, Rules

host = "api.example.com"


class Until:
    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left_s(self) -> float:
        return max(0.0, self._ends - time.monotonic())


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    with running((host, "img.example.com"), str(tmp_path), monkeypatch) as found:
        yield found


def fetch(hosts: Hosts, url: str = f"https://{host}/x", *, seconds: float = 5, **changes: object) -> Fetched:
    call = {"method": "GET", "url": url, "headers": {"authorization": "Bearer s3cret"}} | changes
    rules = Rules(hosts={host, "img.example.com"}, max_bytes=100_000, resolve=hosts.resolve, ca_file=hosts.ca_file)
    return fetching.fetch(Call(**call), rules, Until(seconds))  # type: ignore[arg-type]


private = [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "169.254.170.2", "0.0.0.0",
    "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::a9fe:a9fe",
    "64:ff9b::8.8.8.8", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:a9fe:a9fe::1", "2001:db8::1",
    "localhost", "", "1.2.3", "0x7f.1", "2130706433",
]  # fmt: skip


@pytest.mark.parametrize("text", private)
def test_an_address_that_is_not_the_internets_is_refused(text: str) -> None:
    assert not addresses.is_public(text)


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", address, "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is_one(text: str) -> None:
    assert addresses.is_public(text)


def test_an_answer_comes_with_status_headers_and_body_from_the_address_that_was_checked(hosts: Hosts) -> None:
    hosts.scripts["/x"] = lambda wire: wire.answer(b"picture", X_Request_Id="r-1")
    found = fetch(hosts)
    assert (found.status, found.body, found.headers["x-request-id"]) == (200, b"picture", "r-1")
    assert hosts.connected == [address]
    assert f"Host: {host}\r\n" in hosts.seen[0] + "\r\n"


def test_one_private_address_among_public_ones_is_enough_to_refuse(hosts: Hosts) -> None:
    hosts.resolved[host] = [[address, "10.0.0.1"]]
    with pytest.raises(errors.UpstreamBlocked):
        fetch(hosts)
    assert hosts.connected == []


def test_a_name_that_changes_its_address_is_looked_up_once_for_a_connection(hosts: Hosts) -> None:
    hosts.scripts["/x"] = lambda wire: wire.answer(b"picture")
    hosts.resolved[host] = [[address], ["127.0.0.1"]]
    assert fetch(hosts).body == b"picture"
    assert hosts.connected == [address]
    with pytest.raises(errors.UpstreamBlocked):
        fetch(hosts)


blocked = [
    "http://api.example.com/x", "ftp://api.example.com/x", "file:///etc/passwd", "https://evil.example/x",
    "https://169.254.169.254/latest/meta-data/", "https://[::1]/", "https://api.example.com@evil.example/",
    "https://evil.example@api.example.com/", "https://api.example.com.evil.example/",
]  # fmt: skip


@pytest.mark.parametrize("url", blocked)
def test_a_url_that_is_not_allowed_is_not_asked(hosts: Hosts, url: str) -> None:
    with pytest.raises(errors.UpstreamBlocked):
        fetch(hosts, url)
    assert hosts.connected == []


@pytest.mark.parametrize("url", [*blocked, "//evil.example/x"])
def test_a_redirect_is_checked_as_the_first_url_was(hosts: Hosts, url: str) -> None:
    hosts.scripts["/x"] = lambda wire: wire.answer(b"", "302 Found", Location=url)
    with pytest.raises(errors.UpstreamBlocked):
        fetch(hosts)
    assert len(hosts.connected) == 1


def test_a_redirect_to_a_host_whose_address_is_private_is_refused(hosts: Hosts) -> None:
    hosts.scripts["/x"] = lambda wire: wire.answer(b"", "302 Found", Location="https://img.example.com/y")
    hosts.resolved["img.example.com"] = [["169.254.169.254"]]
    with pytest.raises(errors.UpstreamBlocked):
        fetch(hosts)


def test_two_redirects_are_followed_and_a_third_is_not(hosts: Hosts) -> None:
    for at in range(3):
        hosts.scripts[f"/{at}"] = lambda wire, to=at + 1: wire.answer(b"", "302 Found", Location=f"/{to}")
    hosts.scripts["/3"] = lambda wire: wire.answer(b"picture")
    assert fetch(hosts, f"https://{host}/1").body == b"picture"
    with pytest.raises(errors.UpstreamBad):
        fetch(hosts, f"https://{host}/0")


def test_a_secret_stays_with_its_host(hosts: Hosts) -> None:
    hosts.scripts["/x"] = lambda wire: wire.answer(b"", "302 Found", Location="https://img.example.com/y")
    hosts.scripts["/y"] = lambda wire: wire.answer(b"picture")
    fetch(hosts)
    assert "s3cret" in hosts.seen[0]
    assert "s3cret" not in hosts.seen[1]


def test_a_post_is_not_sent_again_where_it_is_redirected(hosts: Hosts) -> None:
    hosts.scripts["/x"] = lambda wire: wire.answer(b"", "307 Temporary Redirect", Location="/y")
    with pytest.raises(errors.UpstreamBad):
        fetch(hosts, method="POST", body=b"{}")
    assert len(hosts.seen) == 1


def test_a_certificate_of_another_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(("other.example.com",), str(tmp_path), monkeypatch) as found, pytest.raises(fetching.NotSent):
        fetch(found)


def slow_body(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    wire.drip(b"x" * 100, 0.1)


def slow_headers(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\n")
    wire.drip(b"X-Slow: " + b"y" * 100, 0.1)


def endless(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        wire.send(b"x" * 65536)


late = {
    "one byte at a time": slow_body,
    "headers one byte at a time": slow_headers,
    "silence": lambda wire: time.sleep(3),
}


@pytest.mark.parametrize("case", late)
def test_an_answer_that_takes_its_time_ends_with_ours(hosts: Hosts, case: str) -> None:
    hosts.scripts["/x"] = late[case]
    began = time.monotonic()
    with pytest.raises(errors.UpstreamTimeout):
        fetch(hosts, seconds=0.6)
    assert time.monotonic() - began < 1.5


bad = {
    "an endless one": endless,
    "a larger one than it may be": lambda wire: wire.answer(b"x" * 100_001),
    "a shorter one than it says": lambda wire: wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
    "a compressed one": lambda wire: wire.answer(b"\x1f\x8b", Content_Encoding="gzip"),
    "no HTTP": lambda wire: wire.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    "nothing": lambda wire: None,
    "broken chunks": lambda wire: wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx"),
}


@pytest.mark.parametrize("case", bad)
def test_a_bad_answer_is_a_documented_error_without_secrets(hosts: Hosts, case: str) -> None:
    hosts.scripts["/x"] = bad[case]
    with pytest.raises(errors.UpstreamBad) as said:
        fetch(hosts)
    assert "s3cret" not in repr(said.value) + repr(said.value.__cause__)
    assert said.value.__suppress_context__ or said.value.__context__ is None
