"""The source of originals in a stack with generators, wired from its settings. Nothing heavy before a call is made."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from variants.buckets import Buckets as Buckets
from variants.buckets import buckets as buckets
from variants.generated import Generated
from variants.generators import Generator, Wanted
from variants.lease import Lease, Leases
from variants.regional import Regional
from variants.s3_answer import Deadline
from variants.settings import Settings
from variants.timing import Deadline as Timed

if TYPE_CHECKING:
    from variants.calling import Api
    from variants.making import Making
    from variants.secrets import Secrets


@functools.cache
def read(declarations: tuple[str, ...]) -> tuple[Generator, ...]:
    """The generators of a stack's settings, read once in a sandbox's life."""
    from variants import declared

    return tuple(declared.read(json.loads(text)) for text in declarations)


@functools.cache
def secrets(region: str) -> Secrets:
    """The secrets of a sandbox: read once in its life, from the stack's Region."""
    from variants.aws_json import Service
    from variants.secrets import Secrets

    return Secrets(ssm=Service(name="ssm", region=region), manager=Service(name="secretsmanager", region=region))


def maker(settings: Settings, found: Buckets, log: Callable[[str], None] = print) -> Making:
    """What makes originals. Imports the HTTP client."""
    from variants.budget import Ledger
    from variants.counting import Counts
    from variants.making import Making

    return Making(
        api=_api(settings.region),
        ledger=Ledger(counts=Counts(bucket=found.variants)),
        originals=found.originals,
        source=found.source,
        limits=settings.limits,
        decoders=settings.decoders,
        metrics_of=settings.metrics_of,
        log=log,
    )


def source(settings: Settings, found: Buckets, extend: Callable[[float], None]) -> Generated:
    """The originals bucket with the generators behind it. `extend`: see `Generated`."""

    def generators() -> Sequence[Generator]:
        return read(settings.generators)

    return Generated(
        bucket=found.source,
        generators=generators,
        leases=Leases(bucket=found.variants),
        maker=lambda: maker(settings, found),
        later=OnDemand(function=settings.on_demand_function, region=settings.region),
        longest_s=settings.limits.generator_timeout_s,
        deadline=lambda seconds: Timed(time.monotonic, seconds),
        extend=extend,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDemand:
    """The regional function for what takes long, called asynchronously."""

    function: str
    region: str

    def start(self, wanted: Wanted, lease: Lease, deadline: Deadline) -> None:
        """Nothing: Lambda has taken the work. Raises errors.Busy."""
        Regional(function=self.function, region=self.region).start(
            {"path": wanted.path, "owner": lease.owner}, deadline
        )


@functools.cache
def _api(region: str) -> Api:
    from variants.calling import Api

    return Api(secrets=secrets(region))
