"""HTTP to foreign hosts, over requests: https, named hosts, checked addresses, few redirects, counted bytes and time.

The host is looked up once, every address of it is checked, and the connection goes to the one that was checked: a name
that changes its address between two look-ups gains nothing.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import urllib3

from variants import addresses, errors
from variants.addresses import Resolve
from variants.pinned import Pinned, Target
from variants.templates import default_ports

import requests  # isort: skip  # after pinned, which imports it without its warning

connect_timeout_s = 3.0
# The longest silence between two reads of an answer that has begun.
silence_s = 10.0
chunk_bytes = 64 * 1024
most_redirects = 2
followed = frozenset({301, 302, 303, 307, 308})
user_agent = "Mirage"


class Deadline(Protocol):
    def left_s(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `headers` are the generator's own, and go to `url`'s host alone."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What may be spoken to, and how much may come back. `http_hosts`: named by the stack for development.

    `ca_file`: the authorities that are trusted, those of certifi where it is empty.
    """

    hosts: Collection[str]
    http_hosts: Collection[str] = ()
    max_bytes: int
    resolve: Resolve = addresses.look_up
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, read whole; header names in lower case. `url` is where it came from in the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class NotSent(errors.UpstreamBad):
    """No connection came about: nobody can have done, or charged, anything."""


def fetch(call: Call, rules: Rules, deadline: Deadline) -> Fetched:
    """The answer to a call, of any status but a redirect's.

    Raises errors.UpstreamBlocked, errors.UpstreamTimeout, errors.UpstreamBad (NotSent where nothing was sent).
    """
    for _ in range(most_redirects + 1):
        target = _target(call.url, rules)
        answer = _once(call, target, rules, deadline)
        if answer.status not in followed:
            return answer
        if call.method != "GET" or "location" not in answer.headers:
            raise errors.UpstreamBad("The generator redirects what cannot be sent again.")
        call = _redirected(call, answer)
    raise errors.UpstreamBad(f"The generator redirects more than {most_redirects} times.")


def _redirected(call: Call, answer: Fetched) -> Call:
    """The call that a redirect asks for. The generator's headers, secrets among them, stay with their host."""
    url = urljoin(call.url, answer.headers["location"])
    here, there = urlsplit(call.url), urlsplit(url)
    same = (here.scheme, here.netloc) == (there.scheme, there.netloc)
    return replace(call, url=url, headers=call.headers if same else {})


def _target(url: str, rules: Rules) -> Target:
    """Where a URL leads, its host allowed and its address checked. Raises errors.UpstreamBlocked, UpstreamBad."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise errors.UpstreamBad("The generator names a URL that is none.") from error
    if parts.scheme not in default_ports or (parts.scheme == "http" and host not in rules.http_hosts):
        raise errors.UpstreamBlocked("The generator leads to a URL that is not https.")
    if host not in rules.hosts or "@" in parts.netloc:
        raise errors.UpstreamBlocked("The generator leads to a host that is not allowed.")
    wanted = port or default_ports[parts.scheme]
    address = addresses.checked(host, wanted, rules.resolve)
    return Target(scheme=parts.scheme, host=host, port=wanted, address=address)


def _once(call: Call, target: Target, rules: Rules, deadline: Deadline) -> Fetched:
    adapter = Pinned(target)
    session = requests.Session()
    session.trust_env = False  # no proxies, no netrc
    session.mount(f"{target.scheme}://", adapter)
    # Identity: what would have to be unpacked could be larger than what was counted.
    own = {"accept-encoding": "identity", "user-agent": user_agent, "accept": "*/*"}
    with _watched(adapter, deadline), contextlib.closing(session), _translated(adapter):
        timeout = (min(connect_timeout_s, _left(deadline)), min(silence_s, _left(deadline)))
        answer = session.request(
            call.method, call.url, data=call.body, headers=own | dict(call.headers), timeout=timeout,
            stream=True, allow_redirects=False, verify=rules.ca_file or True,
        )  # fmt: skip
        with contextlib.closing(answer):
            headers = {name.lower(): value for name, value in answer.headers.items()}
            body = b"" if answer.status_code in followed else _read(answer.raw, headers, rules, deadline)
        return Fetched(status=answer.status_code, headers=headers, body=body, url=call.url)


def _read(raw: urllib3.HTTPResponse, headers: Mapping[str, str], rules: Rules, deadline: Deadline) -> bytes:
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise errors.UpstreamBad("The generator's answer is compressed, which was not asked for.")
    body = bytearray()
    while chunk := raw.read1(chunk_bytes, decode_content=False):
        body += chunk
        _left(deadline)
        if len(body) > rules.max_bytes:
            raise errors.UpstreamBad(f"The generator's answer has more than {rules.max_bytes} bytes.")
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) != len(body):
        raise errors.UpstreamBad("The generator's answer broke off.")
    return bytes(body)


def _left(deadline: Deadline) -> float:
    left_s = deadline.left_s()
    if left_s <= 0:
        raise errors.UpstreamTimeout("The generator did not answer in time.")
    return left_s


@contextlib.contextmanager
def _watched(adapter: Pinned, deadline: Deadline) -> Iterator[None]:
    """A block whose connection is cut when the time is over: no sum of short silences, in headers say, outlasts it."""
    watch = threading.Timer(_left(deadline), adapter.cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
    if adapter.is_cut:  # a connection that ends within the headers passes for an answer with fewer of them
        raise errors.UpstreamTimeout("The generator did not answer in time.")


@contextlib.contextmanager
def _translated(adapter: Pinned) -> Iterator[None]:
    """A block in which what requests and urllib3 raise becomes ours; their texts, which hold URLs, go nowhere."""
    try:
        yield
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        if (
            isinstance(error, requests.ReadTimeout | urllib3.exceptions.ReadTimeoutError | TimeoutError)
            or adapter.is_cut
        ):
            raise errors.UpstreamTimeout("The generator did not answer in time.") from None
        if not adapter.is_reached:
            raise NotSent("The generator cannot be reached.") from None
        raise errors.UpstreamBad("The generator's answer is no HTTP, or broke off.") from None
