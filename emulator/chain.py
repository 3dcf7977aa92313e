"""The whole chain, built from what the program declared: what is not in the program is not in the emulator."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from emulator import asgi, known, trace
from emulator.aws.origin_access import Origins, S3Origin
from emulator.aws.side import AwsSide, Surroundings
from emulator.clock import Clock
from emulator.cloudfront.declared import read_distribution
from emulator.cloudfront.distribution import Distribution
from emulator.cloudfront.front import CloudFront
from emulator.cloudfront.origin_side import OriginSide
from emulator.edge_watch import WatchedEdge
from emulator.faults import Faults
from emulator.function_urls.origin import FunctionUrlOrigin
from emulator.program import Declared
from emulator.reading import NotHonoured
from emulator.switches import Switches
from emulator.viewer.functions import ViewerFunctions
from emulator.wire_faults import Struck


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a start keeps its things: `folder` between starts, `scratch` for this one; `tls_port` is AWS's."""

    folder: Path
    scratch: Path
    tls_port: int


class Chain:
    """Distribution, buckets and functions of one stack."""

    def __init__(self, declared: Declared, place: Place, switches: Switches) -> None:
        known.refuse_unknown(declared.resources)
        self.declared = declared
        self.clock = Clock()
        self.faults = Faults()
        self.written: Counter[str] = Counter()
        self.originals = str(declared.outputs["originalsBucket"])
        self.variants = str(declared.outputs["variantsBucket"])
        distribution = read_distribution(declared.resources)
        self.viewer_functions = ViewerFunctions(declared.resources, self.faults)
        self.aws = AwsSide(
            declared.resources,
            Surroundings(
                clock=self.clock,
                faults=self.faults,
                folder=place.folder,
                scratch=place.scratch,
                account=distribution.arn.split(":")[4],
                originals=self.originals,
                region=str(declared.outputs.get("region", "us-east-1")),
                distribution_arn=distribution.arn,
                edge_arns=frozenset(each.edge_function for each in distribution.behaviors if each.edge_function),
                replica_region=_replica_region(declared),
                tls_port=place.tls_port,
                invalidate=self.invalidate,
                url_path_is_decoded=switches.function_url_path_is_decoded,
            ),
        )
        self.front = self._front(distribution, switches)

    def _front(self, distribution: Distribution, switches: Switches) -> CloudFront:
        edges = {arn: WatchedEdge(each, self.written) for arn, each in self.aws.edge_functions.items()}
        unknown = sorted(arn for arn in _named(distribution) if arn not in {*edges, *self.viewer_functions.by_arn})
        if unknown:
            raise NotHonoured(f"The distribution names {', '.join(unknown)}, which the program does not declare.")
        urls = FunctionUrlOrigin(
            self.aws.function_urls,
            self.aws.issuer,
            distribution.arn,
            self.written,
            refuses_escapes=switches.function_url_refuses_escaped_paths,
        )
        access = Origins(S3Origin(self.aws.gate, distribution.arn), urls)
        side = OriginSide(distribution, access, edges, self.clock, switches)
        return CloudFront(
            distribution,
            side,
            self.viewer_functions.by_arn,
            self.clock,
            switches=switches,
            write_line=lambda text: trace.to_stderr(text, sys.stderr.write),
        )

    def invalidate(self, items: list[str]) -> str:
        """The id of an invalidation that is done."""
        gone = self.front.invalidate(tuple(items))
        if gone:
            trace.to_stderr(f"--- invalidated {', '.join(items)}: {gone} copies gone", sys.stderr.write)
        return f"I{uuid4().hex[:13].upper()}"

    def tell_events(self) -> None:
        """From now on each event that S3 sends has a line: it tells why a picture was made anew."""
        self.aws.events.sent.append(lambda name, key: trace.to_stderr(f"--- S3 tells {name} {key}", sys.stderr.write))

    async def settle(self, timeout_s: float) -> bool:
        """Whether within the time nothing was under way any more: no event, sweep, invalidation or invocation."""
        loop = asyncio.get_running_loop()
        until, quiet = loop.time() + timeout_s, 0
        while quiet < 2:  # twice, since one thing's end may be another's beginning
            if loop.time() > until:
                return False
            quiet = 0 if self.aws.is_busy or self.front.is_busy else quiet + 1
            await asyncio.sleep(0.01)
        return True

    @property
    def aws_app(self) -> asgi.Application:
        """AWS as functions reach it, with their puts counted, struck by what faults are on."""
        return Struck(counting_puts(self.aws.aws_app, self.written), self.faults, self.aws.lambdas.kill)


put_results: Mapping[object, str] = {200: "stored", 412: "put_conflicts"}


def counting_puts(app: asgi.Application, counts: Counter[str]) -> asgi.Application:
    """The application, whose conditional puts are counted: `stored`, and `put_conflicts` where they came too late."""

    async def counted(scope: asgi.Message, receive: asgi.Receive, send: asgi.Send) -> None:
        is_variant = asgi.text(scope, "raw_path").startswith("/v/")  # not a lease, a count or an original
        is_put = (
            is_variant and scope["method"] == "PUT" and any(name == "if-none-match" for name, _ in asgi.headers(scope))
        )

        async def watched(message: asgi.Message) -> None:
            if is_put and message["type"] == "http.response.start":
                counts[put_results.get(message["status"], "puts_failed")] += 1
            await send(message)

        await app(scope, receive, watched)

    return counted


def _named(distribution: Distribution) -> set[str]:
    found: set[str] = set()
    for each in distribution.behaviors:
        found |= {arn for arn in (each.viewer_function, each.response_function, each.edge_function) if arn}
    return found


def _replica_region(declared: Declared) -> str:
    """A Region that none of the stack's buckets lies in: a function that trusts AWS_REGION must fail here, too."""
    taken = {str(each.outputs.get("region")) for each in declared.of("aws:s3/bucket:Bucket")}
    return next(region for region in ("eu-west-2", "us-east-2", "ap-northeast-1") if region not in taken)
