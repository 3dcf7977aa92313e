"""What the control API does to a chain, route by route (docs: emulator contract)."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import control, faults
from emulator.aws import batch_jobs, events
from emulator.chain import Chain
from emulator.control import Action, Body, Route
from emulator.program import Resource


def routes(chain: Chain) -> list[Route]:
    """The control API over a chain."""
    return [
        Route(method="GET", path="/stats", act=_stats(chain)),
        Route(method="POST", path="/cache/clear", act=_clear(chain)),
        Route(method="POST", path="/clock", act=_clock(chain)),
        Route(method="GET", path="/events", act=_events(chain)),
        Route(method="PUT", path="/events", act=_set_events(chain)),
        Route(method="GET", path="/faults", act=_faults(chain)),
        Route(method="PUT", path="/faults", act=_set_faults(chain)),
        Route(method="POST", path="/settle", act=_settle(chain)),
        Route(method="GET", path="/resources", act=_resources(chain)),
        Route(method="POST", path="/bus", act=_bus(chain)),
        Route(method="POST", path="/batch", act=_batch(chain)),
        Route(method="POST", path="/token", act=_token(chain)),
    ]


def _stats(chain: Chain) -> Action:
    async def act(body: Body) -> object:
        counts, written, travelled = chain.front.counts, chain.written, chain.aws.events.counts
        wanted = ("requests", "hits", "misses", "refresh_hits", "errors", "others", "collapsed", "invalidations")
        return {
            **{name: counts[name] for name in wanted},
            "invocations": dict(chain.aws.lambdas.invocations),
            "cold_starts": dict(chain.aws.lambdas.cold_starts),
            "renders": written["renders"],
            "stored": written["stored"],
            "put_conflicts": written["put_conflicts"],
            "generator_calls": dict(chain.aws.generators.calls),
            "stand_in_calls": dict(chain.aws.stand_ins.calls),
            "metrics": chain.aws.metrics.shown(),
            "bus": {name: chain.aws.bus.counts[name] for name in ("put", "called")},
            "notifications": len(chain.aws.topics.published),
            "queues": {each.declared.name: len(each.messages) for each in chain.aws.queues.by_arn.values()},
            "events": {name: travelled[name] for name in ("sent", "doubled", "dropped", "retried", "failed")},
        }

    return act


def _clear(chain: Chain) -> Action:
    async def act(body: Body) -> object:
        control.refuse_unknown(body, set())
        chain.front.clear()
        return {}

    return act


def _clock(chain: Chain) -> Action:
    async def act(body: Body) -> object:
        chain.clock.advance(control.seconds(body, "advance_s"))
        await chain.aws.sweep()
        return {"now": chain.clock.now()}

    return act


def _shown(travel: events.Travel) -> dict[str, object]:
    return {
        "delay_ms": list(travel.delay_ms),
        "duplicate": travel.duplicate,
        "reorder": travel.reorder,
        "drop": travel.drop,
    }


def _events(chain: Chain) -> Action:
    async def act(body: Body) -> object:
        return _shown(chain.aws.events.travel)

    return act


def _set_events(chain: Chain) -> Action:
    async def act(body: Body) -> object:
        chain.aws.events.travel = events.travel(body)
        return _shown(chain.aws.events.travel)

    return act


def _faults(chain: Chain) -> Action:
    async def act(body: Body) -> object:
        return {"on": dict(chain.faults.on), "known": faults.known}

    return act


def _set_faults(chain: Chain) -> Action:
    async def act(body: Body) -> object:
        chain.faults.set(body)
        return {"on": dict(chain.faults.on), "known": faults.known}

    return act


def _settle(chain: Chain) -> Action:
    async def act(body: Body) -> object:
        timeout_s = control.seconds(body, "timeout_s", default=30, most=600)
        return {"settled": await chain.settle(timeout_s)}

    return act


def _without_secrets(resource: Resource) -> Mapping[str, object]:
    """The inputs without secrets: what a store's keys hold belongs to the store alone."""
    if resource.type != "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey" or resource.inputs["key"] == "generate":
        return resource.inputs
    return {**resource.inputs, "value": "[secret]"}


def _batch(chain: Chain) -> Action:
    """A job of S3 Batch Operations over `manifest` (CSV), which calls the function that S3's events call."""

    async def act(body: Body) -> object:
        control.refuse_unknown(body, {"manifest", "arguments"})
        given = body.get("arguments", {})
        arguments = {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
        (target,) = chain.aws.gate.buckets[chain.originals].targets
        job = batch_jobs.read(str(body.get("manifest", "")), target.arn, arguments)
        return {"report": await batch_jobs.run(job, chain.aws.functions.invoke)}

    return act


def _token(chain: Chain) -> Action:
    """A token of an identity provider that the stack's exchange names, played here."""

    async def act(body: Body) -> object:
        control.refuse_unknown(body, {"issuer", "claims"})
        known, claims = chain.aws.providers.known, body.get("claims", {})
        issuer = str(body.get("issuer", next(iter(known), "")))
        if issuer not in known or not isinstance(claims, dict):
            raise control.Refused(f"Expected an issuer of the stack ({', '.join(known) or 'none'}), and claims.")
        return {"token": chain.aws.providers.token(issuer, claims)}

    return act


def _bus(chain: Chain) -> Action:
    """An event of another service on EventBridge's bus: how many functions it calls."""

    async def act(body: Body) -> object:
        return {"called": chain.aws.bus.put(body)}

    return act


def _resources(chain: Chain) -> Action:
    async def act(body: Body) -> object:
        return {
            "resources": [
                {"type": each.type, "name": each.name, "id": each.id, "inputs": control.plain(_without_secrets(each))}
                for each in chain.declared.resources
            ],
            "outputs": control.plain(chain.declared.outputs),
        }

    return act
