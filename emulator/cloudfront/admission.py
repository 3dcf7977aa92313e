"""What CloudFront looks at before any function runs: sizes, the target, the viewer's country, behavior and method."""

from __future__ import annotations

import re
from dataclasses import dataclass

from emulator.cloudfront import refusals, trust
from emulator.cloudfront.distribution import Behavior, Distribution
from emulator.cloudfront.headers import Headers, value, without
from emulator.cloudfront.messages import ViewerRequest
from emulator.cloudfront.paths import behavior_for
from emulator.cloudfront.viewer_event import cookies
from emulator.quotas import request_headers_max_bytes, url_max_bytes

# Read here and seen by nobody else: where the emulator pretends that the viewer is.
country_header = "X-Emulated-Country"
pop_header = "X-Emulated-Pop"


class Refused(Exception):
    """CloudFront answers itself, with its page; where `page_may_be_ours`, with the distribution's for the status."""

    def __init__(self, status: int, sentence: str, x_cache: str = "Error", *, page_may_be_ours: bool = False) -> None:
        self.status = status
        self.sentence = sentence
        self.x_cache = x_cache
        self.page_may_be_ours = page_may_be_ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A request that may go on. `query` is None where the target has no `?`."""

    path: str
    query: str | None
    headers: Headers
    behavior: Behavior


def admit(distribution: Distribution, request: ViewerRequest) -> Admitted:
    """The request with its behavior.

    Raises Refused. The order is derived from the pages "Quotas", "Restrict the geographic distribution of your
    content" and "Request and response behavior", read 2026-11.
    """
    if len(request.target) > url_max_bytes:
        raise Refused(414, refusals.url_too_long)
    if _header_bytes(request.headers) > request_headers_max_bytes:
        raise Refused(494, refusals.headers_too_long)
    if distribution.geo.blocks(value(request.headers, country_header)):
        # AWS "Restrict the geographic distribution of your content" (a custom error message), read 2026-11.
        raise Refused(403, refusals.country_refused, page_may_be_ours=True)
    path, mark, query = _origin_form(request.target).partition("?")
    behavior = behavior_for(distribution.behaviors, path)
    if request.method not in behavior.allowed_methods:
        raise Refused(403, refusals.method_refused)
    if not path.startswith("/") or "#" in request.target:
        raise Refused(400, refusals.bad_request)
    if request.has_body and request.method == "GET":
        raise Refused(403, refusals.body_refused)
    # AWS "Serve compressed files" (Request uses HTTP 1.0), read 2026-11.
    unread = ["accept-encoding"] if request.http_version == "1.0" else []
    headers = without(request.headers, [country_header, pop_header, *unread])
    return Admitted(path=path, query=query if mark else None, headers=headers, behavior=behavior)


def refuse_untrusted(distribution: Distribution, request: ViewerRequest, admitted: Admitted, now: float) -> None:
    """Nothing; raises Refused where the behavior trusts keys, and none of them signed the request.

    Before the viewer function runs: derived from AWS "Serve private content", which names no order (aws-facts U).
    """
    keys = {name: pem for group in admitted.behavior.key_groups for name, pem in distribution.key_groups[group].items()}
    if not admitted.behavior.key_groups:
        return
    hosts = dict.fromkeys((value(admitted.headers, "host") or "", distribution.domain_name))
    arrived = trust.Arrived(
        bases=tuple(f"{scheme}://{host}" for host in hosts for scheme in ("https", "http")),
        path=admitted.path,
        query=admitted.query or "",
        cookies=dict(cookies(admitted.headers)),
        client_ip=request.client_ip,
        now=now,
    )
    if not trust.is_trusted(arrived, keys):
        raise Refused(403, refusals.key_missing)


def _header_bytes(headers: Headers) -> int:
    """The header lines as sent, each with its colon, space and line end."""
    return sum(len(name) + len(text) + 4 for name, text in headers)


def _origin_form(target: str) -> str:
    """The target from its path on: a server must take the absolute form, too (RFC 9112 §3.2.2)."""
    found = re.match("https?://[^/?]*", target, re.IGNORECASE)
    if found is None:
        return target
    rest = target[found.end() :]
    return rest if rest.startswith("/") else f"/{rest}"
