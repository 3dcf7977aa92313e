"""A distribution over fakes: an origin that answers as it is told, functions that return what they are told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from emulator.clock import Clock
from emulator.cloudfront.distribution import (
    Behavior,
    CachePolicy,
    Cors,
    Distribution,
    ErrorPage,
    GeoRestriction,
    Origin,
    OriginGroup,
    OriginRequestPolicy,
    PolicyHeader,
    ResponseHeadersPolicy,
    Selection,
)
from emulator.cloudfront.firewall import Rate, WebAcl
from emulator.cloudfront.front import CloudFront
from emulator.cloudfront.messages import OriginAnswer, OriginRequest, ViewerAnswer, ViewerRequest
from emulator.cloudfront.origin_side import OriginSide
from emulator.cloudfront.seams import Unreachable
from emulator.switches import Switches

edge_arn = "arn:aws:lambda:us-east-1:123456789012:function:edge:1"
viewer_arn = "arn:aws:cloudfront::123456789012:function/viewer"
response_arn = "arn:aws:cloudfront::123456789012:function/response"
begin = 1_800_000_000.0


@dataclass
class FakeOrigin:
    """Answers everything alike, honours If-None-Match and Range as S3 does, and remembers what it was asked."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"body"
    reachable: bool = True
    silent: bool = False
    ranged: bool = True
    asked: list[OriginRequest] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def send(self, request: OriginRequest) -> OriginAnswer:
        self.asked.append(request)
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(0)
        if not self.reachable:
            raise Unreachable("no route")
        if self.silent:
            raise Unreachable("no answer", timed_out=True)
        wanted = {name.lower(): value for name, value in request.headers}
        headers = tuple(self.headers.items())
        named = {name.lower(): value for name, value in headers}
        if self.status == 200 and "etag" in named and wanted.get("if-none-match") == named["etag"]:
            return OriginAnswer(status=304, headers=headers, body=b"")
        if self.ranged and self.status == 200 and wanted.get("range", "").startswith("bytes="):
            first, _, last = wanted["range"].removeprefix("bytes=").partition("-")
            cut = self.body[int(first) : int(last) + 1]
            told = (("Content-Range", f"bytes {first}-{last}/{len(self.body)}"), ("Content-Length", str(len(cut))))
            return OriginAnswer(status=206, headers=(*headers, *told), body=cut)
        body = b"" if request.method == "HEAD" else self.body
        return OriginAnswer(status=self.status, headers=(*headers, ("Content-Length", str(len(self.body)))), body=body)


@dataclass
class FakeOrigins:
    """The bucket, and what is asked after it."""

    first: FakeOrigin
    second: FakeOrigin

    async def send(self, request: OriginRequest) -> OriginAnswer:
        return await (self.second if request.origin.id == "maker" else self.first).send(request)


@dataclass
class FakeResponse:
    """Returns the response with `changes` to its headers (null takes one off) and `status`, or `output` as it is."""

    output: dict | None = None
    changes: dict = field(default_factory=dict)
    status: int | None = None
    error: str | None = None
    events: list[dict] = field(default_factory=list)

    def run(self, event, *, now):
        self.events.append(json.loads(json.dumps(event)))
        response = event["response"]
        headers = {**response["headers"], **self.changes}
        changed = {**response, "headers": {name: value for name, value in headers.items() if value is not None}}
        changed["statusCode"] = self.status or response["statusCode"]
        output = None if self.error else self.output if self.output is not None else changed
        return SimpleNamespace(output=output, error=self.error, message=self.error, compute_percent=1.0)


@dataclass
class FakeEdge:
    """Returns `payload`, or the event's own response where there is none."""

    payload: object = None
    raw: bytes | None = None
    failure: str | None = None
    events: list[dict] = field(default_factory=list)

    async def invoke(self, event):
        self.events.append(json.loads(json.dumps(event)))
        response = event["Records"][0]["cf"]["response"]
        payload = self.raw if self.raw is not None else json.dumps(self._laid_over(response)).encode()
        return SimpleNamespace(payload=payload, failure=self.failure, message="told", cold=False, duration_ms=1.0)

    def _laid_over(self, response):
        """The payload, in which `"+"` among the headers stands for those that came."""
        if not isinstance(self.payload, dict):
            return response if self.payload is None else self.payload
        headers = self.payload.get("headers")
        if isinstance(headers, dict) and headers.get("+"):
            kept = {name: value for name, value in response["headers"].items() if name != "content-length"}
            headers = {**kept, **{name: value for name, value in headers.items() if name != "+"}}
            return {**self.payload, "headers": headers}
        return self.payload


@dataclass
class FakeViewer:
    """Returns the request with `changes`, or `output` as it is."""

    output: dict | None = None
    changes: dict = field(default_factory=dict)
    error: str | None = None
    selected_origin: str | None = None
    selected_group: dict | None = None
    events: list[dict] = field(default_factory=list)

    def run(self, event, *, now):
        self.events.append(json.loads(json.dumps(event)))
        request = {key: value for key, value in event["request"].items() if key != "rawQueryString"}
        output = self.output if self.output is not None else _merged(request, self.changes)
        return SimpleNamespace(
            output=None if self.error else output,
            error=self.error,
            message=self.error,
            selected_origin=self.selected_origin,
            selected_group=self.selected_group,
            compute_percent=1.0,
        )


def _merged(request: dict, changes: dict) -> dict:
    headers = {**request["headers"], **changes.get("headers", {})}
    headers = {name: value for name, value in headers.items() if value is not None}
    return {**request, **changes, "headers": headers}


@dataclass
class World:
    """The distribution with its fakes. `settings` are those of a vector's `distribution`."""

    settings: Mapping[str, object] = field(default_factory=dict)
    switches: Mapping[str, object] = field(default_factory=dict)
    origin: FakeOrigin = field(default_factory=FakeOrigin)
    second: FakeOrigin = field(default_factory=FakeOrigin)
    response: FakeResponse = field(default_factory=FakeResponse)
    edge: FakeEdge = field(default_factory=FakeEdge)
    viewer: FakeViewer = field(default_factory=FakeViewer)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.clock = Clock(lambda: begin)
        distribution = declared(self.settings)
        on = Switches(**self.switches)
        side = OriginSide(distribution, FakeOrigins(self.origin, self.second), {edge_arn: self.edge}, self.clock, on)
        self.front = CloudFront(
            distribution,
            side,
            {viewer_arn: self.viewer, response_arn: self.response},
            self.clock,
            switches=on,
            write_line=self.lines.append,
        )

    async def ask(self, target: str, method: str = "GET", headers: Mapping[str, str] | None = None, **more):
        pairs = (("host", "localhost:8080"), *((headers or {}).items()))
        return await self.front.handle(ViewerRequest(method=method, target=target, headers=pairs, **more))


def header(answer: ViewerAnswer, name: str) -> str | None:
    found = [value for key, value in answer.headers if key.lower() == name.lower()]
    return ", ".join(found) if found else None


def declared(settings: Mapping[str, object]) -> Distribution:
    """The distribution of a vector: one S3 origin, one behavior, and what the vector says beside it."""
    policy = CachePolicy(**{"default_ttl_s": 86_400, **_selections(settings.get("policy", {}))})
    shield = "eu-central-1" if settings.get("shield") else None
    origins = {
        name: Origin(
            id=name,
            domain_name=f"{name}.s3.eu-central-1.amazonaws.com",
            path=str(settings.get("origin_path", "")),
            shield_region=shield,
            custom_headers=tuple(settings.get("custom_headers", {}).items()),
        )
        for name in ("pictures", "files")
    }
    origins["maker"] = Origin(id="maker", domain_name="id.lambda-url.eu-central-1.on.aws", kind="lambda")
    both = OriginGroup(
        id="both",
        primary=origins["pictures"],
        secondary=origins["maker"],
        statuses=frozenset(settings.get("failover", [])),
    )
    default = Behavior(
        pattern="*",
        origin_id="both" if "failover" in settings else settings.get("target", "pictures"),
        cache_policy=policy,
        origin_request_policy=OriginRequestPolicy(**_selections(settings["forward"]))
        if "forward" in settings
        else None,
        response_headers_policy=_headers_policy(settings.get("headers_policy")),
        compress=bool(settings.get("compress")),
        viewer_function=viewer_arn if settings.get("viewer") else None,
        response_function=response_arn if settings.get("response") else None,
        edge_function=edge_arn if settings.get("edge") else None,
    )
    patterns = [*settings.get("patterns", []), *((each, "files") for each in settings.get("files_patterns", []))]
    others = [replace(default, pattern=pattern, origin_id=name) for pattern, name in patterns]
    return Distribution(
        id="E2EXAMPLE",
        arn="arn:aws:cloudfront::123456789012:distribution/E2EXAMPLE",
        domain_name="d111111abcdef8.cloudfront.net",
        behaviors=(*others, default),
        origins=origins,
        groups={"both": both},
        default_root_object=str(settings.get("default_root_object", "")),
        errors={int(code): ErrorPage(**page) for code, page in settings.get("errors", {}).items()},
        tag_header=settings.get("tag_header", "x-amz-meta-cache-tag"),
        web_acl=WebAcl(rates=tuple(Rate(**each) for each in settings.get("rates", []))),
        geo=GeoRestriction(
            kind=settings.get("geo", {}).get("kind", "none"),
            countries=frozenset(settings.get("geo", {}).get("countries", [])),
        ),
    )


def _selections(found: Mapping[str, object]) -> dict[str, object]:
    return {
        name: Selection(behavior=value["behavior"], names=tuple(value.get("names", ())))
        if isinstance(value, Mapping)
        else value
        for name, value in found.items()
    }


def _headers_policy(found: Mapping[str, object] | None) -> ResponseHeadersPolicy | None:
    if found is None:
        return None
    cors = found.get("cors")
    return ResponseHeadersPolicy(
        removed=tuple(found.get("removed", ())),
        set_headers=tuple(PolicyHeader(**each) for each in found.get("set", ())),
        cors=Cors(**{k: tuple(v) if isinstance(v, list) else v for k, v in cors.items()}) if cors else None,
        server_timing_percent=found.get("server_timing_percent"),
    )
