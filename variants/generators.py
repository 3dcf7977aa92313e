"""Declared generators as values, and which of them a path belongs to.

A route is literal text and typed parameters, as in `/gen/avatar/{seed:slug}.png`. A path has a route's form, or not;
where it has, each parameter must be of its type, else the request is refused: there is no second route to try.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from variants.parameters import Parameter
from variants.templates import Body, Template, Url, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`parts`: literal texts and parameters in turns, from the path's beginning (without its leading slash)."""

    parts: tuple[str | Parameter, ...]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(part for part in self.parts if isinstance(part, Parameter))

    @property
    def prefix(self) -> str:
        """The folder that all its paths lie in, with a slash at its end; empty where they have none."""
        first = self.parts[0]
        return first[: first.rfind("/") + 1] if isinstance(first, str) else ""

    def match(self, path: str) -> Mapping[str, Value] | None:
        """The values of a path of this form, None for any other. Raises errors.BadOption for a value out of type."""
        forms = {True: "(.+)", False: "([^/]+)"}
        pattern = "".join(
            re.escape(part) if isinstance(part, str) else forms[part.kind == "path"] for part in self.parts
        )
        found = re.fullmatch(pattern, path)
        if found is None:
            return None
        return {each.name: each.read(text) for each, text in zip(self.parameters, found.groups(), strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is sent. `headers` may hold secrets, by their names in the generator's `secrets`."""

    method: str
    url: Url
    headers: tuple[tuple[str, Template], ...] = ()
    body: Body | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Where the picture is in the answer: `body`, or `base64` or `url` at a JSON pointer. `hosts`: of such a URL."""

    image: str = "body"
    pointer: str = ""
    hosts: tuple[str, ...] = ()
    request_id: str = "x-request-id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """How work under way is asked after: `url` and `status` are JSON pointers; no `url` means the Location header."""

    url: str
    status: str
    done: tuple[str, ...]
    failed: tuple[str, ...]
    interval_s: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """JSON that is fetched before, for further values by JSON pointer; kept in a sandbox for `cache_seconds`."""

    url: Url
    values: tuple[tuple[str, str], ...]
    cache_seconds: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """The most calls in an hour and in a day, by S3's clock in UTC."""

    hour: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """A named external HTTP API that makes originals. `secrets`: where each is kept, by its name here."""

    name: str
    route: Route
    request: Request
    reply: Reply
    budget: Spending
    access: str = "signed"
    poll: Poll | None = None
    lookup: Lookup | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)
    http_hosts: tuple[str, ...] = ()
    timeout_s: int = 15
    retries: int = 0
    max_bytes: int = 25 * 1024 * 1024
    on_error: str = "error"

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that it may speak to, all of them."""
        looked = {self.lookup.url.host} if self.lookup else set()
        return frozenset({self.request.url.host, *self.reply.hosts} | looked)

    def digest(self, values: Mapping[str, Value]) -> str:
        """The parameters' digest: SHA-256 of their canonical JSON, in hex."""
        return hashlib.sha256(json.dumps(dict(values), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An original that a generator is to make: its path, and what its path says."""

    path: str
    generator: Generator
    values: Mapping[str, Value]


def match(path: str, generators: Iterable[Generator]) -> Wanted | None:
    """What is wanted of which generator, None where the path has no route's form.

    Raises errors.BadOption where a parameter is not of its type.
    """
    for generator in generators:
        values = generator.route.match(path)
        if values is not None:
            return Wanted(path=path, generator=generator, values=values)
    return None
