"""Faults by name: what AWS does now and then, done at will."""

from __future__ import annotations

import random
from collections.abc import Mapping

# name: what it does. Each is something that AWS documents for a healthy service.
known = {
    "s3.get.slowdown": "GetObject and HeadObject answer 503 SlowDown",
    "s3.get.internal": "GetObject and HeadObject answer 500 InternalError",
    "s3.get.reset": "the connection breaks in the middle of an object's body, for functions",
    "s3.get.slow": "an object's body comes at 2 kB a second, for functions",
    "s3.put.slowdown": "PutObject, and each step of an upload in parts, answers 503 SlowDown",
    "s3.put.internal": "PutObject, and each step of an upload in parts, answers 500 InternalError",
    "s3.put.conflict": "a conditional write answers 409 ConditionalRequestConflict",
    "s3.put.overtaken": "somebody else's conditional PutObject of the same bytes comes first: 412 PreconditionFailed",
    "s3.put.dropped": "the connection breaks before a PutObject is done",
    "s3.put.lost": "a PutObject is done, and the connection breaks before its answer",
    "s3.credentials.expired": "a function's request is refused: 400 ExpiredToken",
    "s3.clock.skewed": "a function's request is refused: 403 RequestTimeTooSkewed",
    "s3.list.slowdown": "ListObjectsV2 answers 503 SlowDown",
    "s3.delete.slowdown": "DeleteObject and DeleteObjects answer 503 SlowDown",
    "lambda.throttled": "Lambda refuses an invocation: 429 TooManyRequestsException",
    "lambda.crash": "a worker's process dies at the end of its invocation",
    "lambda.clock": "a new worker of the edge has a clock that is up to five minutes wrong, either way",
    "lambda.killed": "a worker's process dies as it asks AWS for something, before that is done or after",
    "cloudfront.invalidation.throttled": "CreateInvalidation answers 400 TooManyInvalidationsInProgress",
    "sqs.slowdown": "SQS answers 503 ServiceUnavailable",
    "ssm.throttled": "SSM answers 400 ThrottlingException",
    "kvs.unreadable": "the viewer function finds nothing in its KeyValueStore",
    "deploy.mixed": "the viewer function is of a newer deploy than the edge function: its keys have another epoch",
    "generator.error": "a generator's API answers 500",
    "generator.reset": "a generator's API breaks the connection",
    "generator.garbage": "a generator's API answers 200 with a web page",
    "generator.slow": "a generator's API answers after 40 seconds",
}


class Faults:
    """The faults that are on, each with its probability; the same seed strikes the same requests."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._on: dict[str, float] = {}

    @property
    def on(self) -> Mapping[str, float]:
        """Probability by name, of those that are on."""
        return dict(self._on)

    def set(self, wanted: Mapping[str, object]) -> None:
        """Replaces the faults that are on.

        Raises ValueError with one sentence where a name is unknown or a probability not within 0 and 1.
        """
        for name, probability in wanted.items():
            if name not in known:
                raise ValueError(f"There is no fault {name!r}; there are {', '.join(sorted(known))}.")
            if isinstance(probability, bool) or not isinstance(probability, int | float) or not 0 <= probability <= 1:
                raise ValueError(f"Expected a probability from 0 to 1 for {name}, received {probability!r}.")
        self._on = {name: float(str(probability)) for name, probability in wanted.items() if probability}

    def strikes(self, name: str) -> bool:
        """True where this fault happens this time."""
        probability = self._on.get(name, 0.0)
        return probability > 0 and self._random.random() < probability
