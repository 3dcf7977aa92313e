"""The viewer's side: the functions that run on a request before the caches, and on an answer after them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emulator.cloudfront import refusals, response_event, viewer_event
from emulator.cloudfront.admission import Admitted, Refused
from emulator.cloudfront.declared_origins import group_of
from emulator.cloudfront.distribution import Behavior, Distribution, Origin, OriginGroup
from emulator.cloudfront.messages import ViewerAnswer, ViewerRequest
from emulator.cloudfront.seams import Outcome, ViewerFunction
from emulator.reading import NotHonoured
from emulator.switches import Switches
from emulator.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request on its way, with what names it."""

    request: ViewerRequest
    request_id: str
    pop: str
    trace: Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The origin that a request goes to, and the group whose first member it is."""

    origin: Origin
    group: OriginGroup | None = None


class ViewerSide:
    def __init__(
        self,
        distribution: Distribution,
        functions: Mapping[str, ViewerFunction],
        now: Callable[[], float],
        switches: Switches,
    ) -> None:
        self._distribution = distribution
        self._functions = functions
        self._now = now
        self._switches = switches

    def request(self, visit: Visit, admitted: Admitted) -> tuple[viewer_event.Continued | viewer_event.Generated, Way]:
        """The request after the viewer-request function, and where it goes. Raises Refused."""
        behavior = admitted.behavior
        if behavior.viewer_function is None:
            whole = viewer_event.Continued(uri=admitted.path, query=admitted.query or "", headers=admitted.headers)
            return whole, self.way(behavior.origin_id)
        event = viewer_event.event(
            visit.request.method,
            admitted.path,
            admitted.query,
            admitted.headers,
            client_ip=visit.request.client_ip,
            config=self._config(visit),
        )
        outcome, ms = self._run(visit, behavior.viewer_function, event, "viewer")
        try:
            continued = viewer_event.read(outcome.output, _mapping(event["request"]))
        except viewer_event.Invalid as why:
            visit.trace.step("viewer refused", str(why), ms=ms)
            raise _failure("FunctionValidationError", why.sentence) from None
        came_to = str(continued.status) if isinstance(continued, viewer_event.Generated) else continued.uri
        visit.trace.step("viewer", f"{came_to}, ~{outcome.compute_percent:.0f} % compute", ms=ms)
        return continued, self._chosen(outcome, behavior)

    def response(
        self, visit: Visit, behavior: Behavior, request: viewer_event.Continued, answer: ViewerAnswer
    ) -> ViewerAnswer:
        """The answer after the viewer-response function. Raises Refused."""
        if behavior.response_function is None:
            return answer
        is_rewritten = self._switches.response_event_has_rewritten_request
        said = viewer_event.as_event(visit.request.method, request if is_rewritten else _as_sent(visit.request))
        event = response_event.event({**said, "ip": visit.request.client_ip}, answer, self._config(visit))
        outcome, ms = self._run(visit, behavior.response_function, event, "response")
        try:
            return response_event.applied(outcome.output, answer)
        except viewer_event.Invalid as why:
            visit.trace.step("response refused", str(why), ms=ms)
            raise _failure("FunctionValidationError", why.sentence) from None

    def way(self, name: str) -> Way:
        """Where a behavior's target, or a function's choice, leads."""
        group = self._distribution.groups.get(name)
        return Way(origin=group.primary, group=group) if group else Way(origin=self._distribution.origins[name])

    def _run(self, visit: Visit, arn: str, event: dict[str, object], station: str) -> tuple[Outcome, float]:
        began = time.perf_counter()
        outcome = self._functions[arn].run(event, now=self._now())
        ms = (time.perf_counter() - began) * 1000
        if outcome.error is not None:
            visit.trace.step(f"{station} failed", (outcome.message or outcome.error)[:300], ms=ms)
            raise _failure(outcome.error)
        return outcome, ms

    def _chosen(self, outcome: Outcome, behavior: Behavior) -> Way:
        """Origins may be selected by their ids, and put into a group; whether groups may be selected is not said."""
        if outcome.selected_group is not None:
            return self._grouped(outcome.selected_group)
        if outcome.selected_origin is None:
            return self.way(behavior.origin_id)
        if outcome.selected_origin not in self._distribution.origins:
            raise _failure("FunctionExecutionError")
        return Way(origin=self._distribution.origins[outcome.selected_origin])

    def _grouped(self, wanted: Mapping[str, object]) -> Way:
        members, criteria = wanted.get("originIds"), wanted.get("failoverCriteria")
        statuses = criteria.get("statusCodes") if isinstance(criteria, Mapping) else None
        if not isinstance(members, list) or not isinstance(statuses, list) or not statuses:
            raise _failure("FunctionExecutionError")
        names = [str(each.get("originId")) for each in members if isinstance(each, Mapping)]
        try:
            group = group_of(
                "of the function", names, [int(str(each)) for each in statuses], self._distribution.origins
            )
        except (NotHonoured, ValueError):
            raise _failure("FunctionExecutionError") from None
        return Way(origin=group.primary, group=group)

    def _config(self, visit: Visit) -> dict[str, str]:
        return {
            "distributionDomainName": self._distribution.domain_name,
            "distributionId": self._distribution.id,
            "requestId": visit.request_id,
        }


def _as_sent(request: ViewerRequest) -> viewer_event.Continued:
    path, _, query = request.target.partition("?")
    return viewer_event.Continued(uri=path, query=query, headers=request.headers)


def _failure(name: str, sentence: str = f"{refusals.function_invalid}.") -> Refused:
    """CloudFront's answer to a viewer function that failed; what it threw is for the log. aws-facts §4.4."""
    if name == "FunctionValidationError":
        return Refused(502, sentence, name)
    return Refused(503, refusals.function_failed, name)


def _mapping(found: object) -> Mapping[str, object]:
    assert isinstance(found, Mapping)
    return found
