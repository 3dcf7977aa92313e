"""A distribution as declared: behaviors, origins and policies, without anything that has no effect on an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.cloudfront.firewall import WebAcl

methods_read = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which headers, cookies or query strings a policy takes: none, whitelist, allExcept, all or allViewer."""

    behavior: str = "none"
    names: tuple[str, ...] = ()

    def takes(self, name: str) -> bool:
        """Whether it takes a cookie or a query string; case counts.

        AWS "Cache content based on cookies" and "… query string parameters", read 2026-11.
        """
        return self._takes(name in self.names)

    def takes_header(self, name: str) -> bool:
        """Whether it takes a header; case does not count."""
        return self._takes(name.lower() in {each.lower() for each in self.names})

    def _takes(self, is_listed: bool) -> bool:
        if self.behavior == "allExcept":
            return not is_listed
        return self.behavior in ("all", "allViewer") or (self.behavior == "whitelist" and is_listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    min_ttl_s: int = 0
    default_ttl_s: int = 86_400
    max_ttl_s: int = 31_536_000
    headers: Selection = field(default_factory=Selection)
    cookies: Selection = field(default_factory=Selection)
    queries: Selection = field(default_factory=Selection)
    gzip: bool = False
    brotli: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRequestPolicy:
    headers: Selection = field(default_factory=Selection)
    cookies: Selection = field(default_factory=Selection)
    queries: Selection = field(default_factory=Selection)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyHeader:
    """A header that a response headers policy sets; without `override`, only where the answer has none."""

    name: str
    value: str
    override: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    origins: tuple[str, ...]
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    override: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHeadersPolicy:
    removed: tuple[str, ...] = ()
    set_headers: tuple[PolicyHeader, ...] = ()
    cors: Cors | None = None
    server_timing_percent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A bucket (`kind` s3) or a Function URL (lambda). `signed` says that an origin access control signs;
    `shield_region` that Origin Shield is on; `read_timeout_s` how long CloudFront waits for a custom origin."""

    id: str
    domain_name: str
    path: str = ""
    kind: str = "s3"
    signed: bool = True
    shield_region: str | None = None
    custom_headers: tuple[tuple[str, str], ...] = ()
    read_timeout_s: float = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginGroup:
    """Two origins; the second is asked where the first's answer has one of the statuses."""

    id: str
    primary: Origin
    secondary: Origin
    statuses: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """`viewer_function`, `response_function` and `edge_function` are the ARNs of viewer-request, viewer-response and
    origin-response. `origin_id` may name a group."""

    pattern: str
    origin_id: str
    cache_policy: CachePolicy
    allowed_methods: frozenset[str] = methods_read
    origin_request_policy: OriginRequestPolicy | None = None
    response_headers_policy: ResponseHeadersPolicy | None = None
    compress: bool = False
    viewer_function: str | None = None
    response_function: str | None = None
    edge_function: str | None = None
    key_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """What a distribution says of one error status; without a page only its least lifetime."""

    min_ttl_s: int = 10
    page: str | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoRestriction:
    kind: str = "none"
    countries: frozenset[str] = frozenset()

    def blocks(self, country: str | None) -> bool:
        """Whether a viewer of `country` is refused; one whose country nobody said is not."""
        if country is None or self.kind == "none":
            return False
        return (country in self.countries) == (self.kind == "blacklist")


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """`behaviors` in order, the default one (pattern `*`) last. `tag_header` names the header of cache tags.

    `key_groups`: the PEM of each trusted key, by the ids of its group and its own.
    """

    id: str
    arn: str
    domain_name: str
    behaviors: tuple[Behavior, ...]
    origins: Mapping[str, Origin]
    groups: Mapping[str, OriginGroup] = field(default_factory=dict)
    default_root_object: str = ""
    errors: Mapping[int, ErrorPage] = field(default_factory=dict)
    tag_header: str | None = None
    key_groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    geo: GeoRestriction = field(default_factory=GeoRestriction)
    web_acl: WebAcl = field(default_factory=WebAcl)
