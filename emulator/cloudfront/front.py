"""A distribution at work: from a viewer's request to the answer, in CloudFront's order."""

from __future__ import annotations

import base64
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from emulator.clock import Clock
from emulator.cloudfront import key, refusals, sending, viewer_event
from emulator.cloudfront.admission import Admitted, Refused, admit, pop_header, refuse_untrusted
from emulator.cloudfront.compression import compressed
from emulator.cloudfront.cuts import Reply, cut
from emulator.cloudfront.distribution import Behavior, Distribution, ErrorPage
from emulator.cloudfront.firewall import Firewall
from emulator.cloudfront.headers import Headers, value, without
from emulator.cloudfront.layer import Ahead, CacheLayer, CacheRules
from emulator.cloudfront.messages import Ask, Served, ViewerAnswer, ViewerRequest
from emulator.cloudfront.paths import behavior_for
from emulator.cloudfront.seams import ViewerFunction
from emulator.cloudfront.viewer_side import ViewerSide, Visit, Way
from emulator.switches import Switches
from emulator.trace import Trace, line

home_pop = "FRA56-P1"  # the edge location of a viewer who does not say another by X-Emulated-Pop


class CloudFront:
    def __init__(
        self,
        distribution: Distribution,
        origin_side: Ahead,
        viewer_functions: Mapping[str, ViewerFunction],
        clock: Clock,
        *,
        switches: Switches | None = None,
        write_line: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.distribution = distribution
        self.counts: Counter[str] = Counter()
        self._clock = clock
        self._switches = switches or Switches()
        self._viewer_side = ViewerSide(distribution, viewer_functions, clock.now, self._switches)
        self._write_line = write_line
        self._origin_side = origin_side
        self._rules = CacheRules(
            errors=distribution.errors, tag_header=distribution.tag_header, switches=self._switches
        )
        self._firewall = Firewall(acl=distribution.web_acl)
        self._shield = CacheLayer("shield", clock, origin_side, self._rules)
        self._pops: dict[tuple[str, bool], CacheLayer] = {}

    async def handle(self, request: ViewerRequest) -> ViewerAnswer:
        """The answer; whatever goes wrong is one of CloudFront's."""
        trace = Trace(counts=self.counts)
        trace.count("requests")
        pop = value(request.headers, pop_header) or home_pop
        visit = Visit(request=request, request_id=_request_id(), pop=pop, trace=trace)
        behavior: Behavior | None = None
        continued: viewer_event.Continued | None = None
        try:
            self._refuse_flood(request)
            admitted = admit(self.distribution, request)
            behavior = admitted.behavior
            refuse_untrusted(self.distribution, request, admitted, self._clock.now())
            reply, continued = await self._reply(visit, admitted)
        except Refused as why:
            reply = await self._refusal(visit, why)
        return self._sent(visit, reply, behavior, continued)

    def _refuse_flood(self, request: ViewerRequest) -> None:
        """Nothing; raises Refused where the firewall blocks the address. It comes before CloudFront's own checks."""
        if self._firewall.blocks(request.client_ip, self._clock.now()):
            # AWS "How AWS WAF works with Amazon CloudFront features" (custom error pages), read 2026-11.
            raise Refused(403, refusals.firewall_refused, page_may_be_ours=True)

    async def _refusal(self, visit: Visit, why: Refused) -> Reply:
        """CloudFront's own page, or the distribution's in its place."""
        page = self.distribution.errors.get(why.status)
        if page is None or page.page is None or not why.page_may_be_ours:
            return _page(visit, why)
        behavior = behavior_for(self.distribution.behaviors, page.page)
        return self._as_reply(visit, behavior, await self._error_page(visit, page), ())

    def _sent(
        self, visit: Visit, reply: Reply, behavior: Behavior | None, continued: viewer_event.Continued | None
    ) -> ViewerAnswer:
        """The answer as it leaves, counted and traced. The policy's headers are there when the function runs.

        AWS networking blog, "Response headers policies": before the viewer-response event; "Restrictions on all edge
        functions" (HTTP status codes): not where the origin failed; read 2026-11.
        """
        request = visit.request
        policy = behavior.response_headers_policy if behavior is not None else None
        arrival = sending.Arrival(request=request, request_id=visit.request_id, pop=visit.pop, now=self._clock.now())
        answer = sending.sent(reply, arrival, policy)
        if behavior is not None and continued is not None and answer.status < 400 and not reply.is_failure:
            try:
                answer = self._viewer_side.response(visit, behavior, continued, answer)
            except Refused as why:
                reply = _page(visit, why)
                answer = sending.sent(reply, arrival, policy)
        visit.trace.count(sending.counted(reply))
        size = len(answer.body)
        self._write_line(line(request.method, request.target, reply.status, reply.x_cache, size, visit.trace))
        return answer

    def invalidate(self, items: tuple[str, ...]) -> int:
        """How many copies went, of all caches. Items are paths, a wildcard at the end, or `#tag`."""
        self.counts["invalidations"] += 1
        return sum(layer.invalidate(items) for layer in self._layers())

    def clear(self) -> None:
        """Empties the caches, not the buckets."""
        for layer in self._layers():
            layer.clear()

    @property
    def is_busy(self) -> bool:
        """Whether a request to an origin is under way."""
        return any(layer.is_busy for layer in self._layers())

    def _layers(self) -> list[CacheLayer]:
        return [*self._pops.values(), self._shield]

    async def _reply(self, visit: Visit, admitted: Admitted) -> tuple[Reply, viewer_event.Continued | None]:
        """What the viewer function answers itself, else what the caches and the origin have, and for which request."""
        if not self._switches.root_object_comes_after_function:
            admitted = replace(admitted, path=self._rooted(admitted.path))
        continued, way = self._viewer_side.request(visit, admitted)
        if isinstance(continued, viewer_event.Generated):
            reply = Reply(
                status=continued.status,
                headers=(("Server", "CloudFront"), *continued.headers),
                body=continued.body,
                x_cache="FunctionGeneratedResponse",
            )
            return reply, None
        return await self._fetched(visit, admitted.behavior, continued, way), continued

    async def _fetched(self, visit: Visit, behavior: Behavior, request: viewer_event.Continued, way: Way) -> Reply:
        """The answer of caches and origin, with the distribution's error page in its place where there is one."""
        served = await self._served(visit, behavior, request, way)
        status = served.answer.status
        origin_status = served.answer.repaired_from or status
        decides = status if self._switches.error_page_goes_by_repaired_status else origin_status
        page = self.distribution.errors.get(decides)
        is_failure = origin_status >= 400 and not self._switches.response_function_runs_on_repaired
        if page is not None and page.page is not None:
            served, is_failure = await self._error_page(visit, page), True
        return replace(self._as_reply(visit, behavior, served, request.headers), is_failure=is_failure)

    async def _served(self, visit: Visit, behavior: Behavior, request: viewer_event.Continued, way: Way) -> Served:
        # Not where the function wrote another path.
        uri = self._rooted(request.uri)
        in_key = way.origin.id if self._switches.selected_origin_is_in_key else ""
        query, headers = key.forwarded(behavior, request.query, request.headers)
        ask = Ask(
            key=key.cache_key(behavior, uri, request.query, request.headers, in_key),
            method=visit.request.method,
            uri=uri,
            query=query,
            headers=headers,
            behavior=behavior,
            origin=way.origin,
            group=way.group,
            conditions=key.conditions(behavior, request.headers),
            range=value(request.headers, "range") if visit.request.method == "GET" else None,
            client_ip=visit.request.client_ip,
            request_id=visit.request_id,
        )
        return await self._edge(visit.pop, way.origin.shield_region is not None).fetch(ask, visit.trace)

    def _rooted(self, uri: str) -> str:
        """The path, or the root's object. AWS "Specify a default root object", read 2026-11."""
        return f"/{self.distribution.default_root_object}" if uri == "/" else uri

    def _edge(self, pop: str, shielded: bool) -> CacheLayer:
        """The cache of an edge location; behind it lies the shield where the origin has one."""
        if (pop, shielded) not in self._pops:
            ahead = self._shield if shielded else self._origin_side
            self._pops[pop, shielded] = CacheLayer("edge cache", self._clock, ahead, self._rules)
        return self._pops[pop, shielded]

    async def _error_page(self, visit: Visit, page: ErrorPage) -> Served:
        """The page, fetched through the behaviors without the viewer function, under the status it was given.

        Where its origin fails, that failure. AWS "Generate custom error responses", read 2026-11.
        """
        behavior = behavior_for(self.distribution.behaviors, page.page or "/")
        request = viewer_event.Continued(uri=page.page or "/", query="", headers=())
        found = await self._served(visit, behavior, request, self._viewer_side.way(behavior.origin_id))
        status = found.answer.status
        answer = replace(found.answer, status=page.status if status == 200 and page.status else status)
        return Served(answer=answer, how="Error")

    def _as_reply(self, visit: Visit, behavior: Behavior, served: Served, request_headers: Headers) -> Reply:
        answer = served.answer
        x_cache = self._word(served)
        reply = Reply(
            status=answer.status,
            headers=without(answer.headers, ["age", "x-cache", "via"]),
            body=answer.body,
            x_cache=x_cache,
            age_s=self._clock.now() - answer.received_at if served.how == "Hit" else None,
        )
        reply = compressed(reply, answer, behavior, request_headers, self._switches)
        # Who asked an origin for a range and was sent the whole gets the whole.
        # AWS "How CloudFront processes partial requests for an object (range GETs)", read 2026-11.
        is_cut = served.how != "Miss" or (self._switches.made_bodies_are_cut and not answer.sized)
        asked = request_headers if is_cut else without(request_headers, ["range"])
        return cut(reply, asked, visit.request.method)

    def _word(self, served: Served) -> str:
        """X-Cache's word. AWS "Standard logs: x-edge-result-type", read 2026-11."""
        answer = served.answer
        if answer.failure is not None and served.how == "Miss":
            return answer.failure
        if answer.repaired_from and served.how == "Miss" and not self._switches.repaired_answer_is_plain:
            return "LambdaGeneratedResponse"
        return served.how if answer.status < 400 else "Error"


def _page(visit: Visit, why: Refused) -> Reply:
    headers, body = refusals.page(why.status, why.sentence, visit.request_id)
    return Reply(status=why.status, headers=headers, body=body, x_cache=why.x_cache)


def _request_id() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(40)).decode().rstrip("=") + "=="
