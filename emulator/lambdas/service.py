"""Lambda: runs a function for an event in one of its workers."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal
from uuid import uuid4

from emulator.aws.credentials import Issuer
from emulator.faults import Faults
from emulator.lambdas import environment, unpack
from emulator.lambdas.invocation import ErrorKind, Invocation, report
from emulator.lambdas.pool import Pool
from emulator.lambdas.runtime_api import Call, Outcome
from emulator.lambdas.spec import FunctionSpec
from emulator.lambdas.worker import Place, Worker
from emulator.quotas import lambda_payload_max_bytes

init_timeout_s = 10.0  # AWS "Understanding the Lambda execution environment lifecycle", Init phase, read 2026-11
longest_skew_s = 300.0  # S3 refuses what is signed 15 minutes off
ended_by = {ErrorKind.INIT, ErrorKind.TIMEOUT, ErrorKind.OUT_OF_MEMORY, ErrorKind.EXITED}  # these take the worker along


class LambdaService:
    """All functions of the stack on this machine. `folder` keeps unpacked zips between starts.

    `names`: addresses of foreign hosts that the emulator answers for.
    """

    def __init__(
        self,
        *,
        folder: Path,
        ca_file: Path,
        tls_port: int,
        issuer: Issuer,
        faults: Faults,
        max_workers: int = 0,
        init_timeout_s: float = init_timeout_s,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.invocations: Counter[str] = Counter()
        self.cold_starts: Counter[str] = Counter()
        self.running = 0
        self.may_log: Callable[[FunctionSpec], bool] = lambda _: True  # what it writes is lost, where not
        self.ended: list[Callable[[Invocation], None]] = []  # told of every invocation, with its logs
        self._folder = folder.resolve()
        self._ca_file = ca_file.resolve()
        self._tls_port = tls_port
        self._issuer = issuer
        self._faults = faults
        self._max_workers = max_workers or 2 * (os.cpu_count() or 1)
        self._init_timeout_s = init_timeout_s
        self._names = names or {}
        self._pools: dict[str, Pool] = {}
        self._roots: dict[Path, Path] = {}
        self._held: list[int] = []  # what keeps other starts from dropping the unpacked zips
        self._lifeline: tuple[int, int] | None = None

    async def prepare(self, spec: FunctionSpec) -> None:
        """Unpacks the function's zip, so that its first event need not wait for that.

        Raises Unrunnable where Lambda would refuse the function.
        """
        environment.refuse(spec)
        if spec.zip_path not in self._roots:
            root, held = await asyncio.to_thread(unpack.task_root, spec.zip_path, self._folder)
            self._roots[spec.zip_path] = root
            self._held.append(held)

    async def invoke(self, spec: FunctionSpec, event: object) -> Invocation:
        """What the function makes of the event. Raises nothing for what a function may do."""
        await self.prepare(spec)
        request_id = str(uuid4())
        self.invocations[spec.name] += 1
        if self._faults.strikes("lambda.throttled"):
            return report(spec, request_id, ErrorKind.THROTTLED, None)
        self.running += 1
        try:
            made = await self._invoke(spec, request_id, json.dumps(event).encode())
        finally:
            self.running -= 1
        if not self.may_log(spec):
            made = replace(made, logs=())
        for listen in self.ended:
            listen(made)
        return made

    def kill(self, access_key_id: str) -> None:
        """Ends the worker that has these credentials, as a crash of its machine would."""
        for pool in self._pools.values():
            pool.kill(access_key_id)

    async def stop(self) -> None:
        """Returns when no worker is left."""
        pools = list(self._pools.values())
        self._pools.clear()
        await asyncio.gather(*(pool.stop() for pool in pools))
        if self._lifeline is not None:
            for each in self._lifeline:
                os.close(each)
            self._lifeline = None
        while self._held:
            os.close(self._held.pop())
        self._roots.clear()

    async def _invoke(self, spec: FunctionSpec, request_id: str, payload: bytes) -> Invocation:
        pool = self._pool(spec)
        asked = time.perf_counter()
        worker, cold = await self._taken(pool)
        self.cold_starts[spec.name] += cold
        outcome: Outcome | None = None
        kind: ErrorKind | None = None
        try:
            started = time.perf_counter()
            kind, outcome = _begun_badly(worker)
            if kind is None:
                outcome = await worker.run(_call(spec, request_id, payload), spec.timeout_s) or worker.api.init_error
                kind = self._judge(worker, outcome)
            return report(
                spec,
                request_id,
                kind,
                outcome,
                cold=cold,
                init_ms=1000 * (started - asked) if cold else 0.0,
                duration_ms=1000 * (time.perf_counter() - started),
                max_memory_mb=round(worker.peak_mb),
                logs=tuple(worker.logs()),
                exit_status=worker.exit_status,
            )
        finally:
            if outcome is None or kind in ended_by or worker.ended.done():
                pool.drop(worker)
            else:
                pool.give_back(worker)

    async def _taken(self, pool: Pool) -> tuple[Worker, bool]:
        """A worker that waits for an event, or never will; and whether it was started for this.

        One that takes too long to begin is begun anew, and then within the function's own time-out: AWS "Understanding
        the Lambda execution environment lifecycle", Init phase, read 2026-11.
        """
        worker, cold = await pool.take()
        try:
            if not cold or await _has_begun(worker, self._init_timeout_s):
                return worker, cold
        except BaseException:
            pool.drop(worker)
            raise
        pool.drop(worker)
        return (await pool.take())[0], True

    def _judge(self, worker: Worker, outcome: Outcome | None) -> ErrorKind | None:
        if self._faults.strikes("lambda.crash"):
            return ErrorKind.EXITED
        if outcome is None:
            if worker.out_of_memory:
                return ErrorKind.OUT_OF_MEMORY
            return ErrorKind.EXITED if worker.ended.done() else ErrorKind.TIMEOUT
        if outcome.error_type is not None:
            return ErrorKind.INIT if outcome is worker.api.init_error else ErrorKind.UNHANDLED
        return ErrorKind.TOO_LARGE if len(outcome.body) > lambda_payload_max_bytes else None

    def _pool(self, spec: FunctionSpec) -> Pool:
        key = repr(spec)
        if key not in self._pools:
            if self._lifeline is None:
                self._lifeline = os.pipe()
            place = Place(
                task_root=self._roots[spec.zip_path],
                runtime_dir=unpack.runtime_dir(self._folder),
                ca_file=self._ca_file,
                tls_port=self._tls_port,
                lifeline_fd=self._lifeline[0],
                names=self._names,
            )

            def make() -> Worker:
                # Only the edge's, which has no SDK whose own use of the clock would have to be followed.
                is_wrong = spec.edge and self._faults.strikes("lambda.clock")
                skew_s = random.uniform(-longest_skew_s, longest_skew_s) if is_wrong else 0.0
                credentials = self._issuer.issue(spec.role_arn, spec.running_name)
                return Worker(spec, place, credentials, skew_s=skew_s)

            self._pools[key] = Pool(make, self._max_workers)
        return self._pools[key]


async def _has_begun(worker: Worker, timeout_s: float) -> bool:
    """Whether the worker asked for its event, or died, within this time."""
    ready = asyncio.create_task(worker.api.ready.wait())
    try:
        ends: list[asyncio.Future[int] | asyncio.Task[Literal[True]]] = [ready, worker.ended]
        return bool((await asyncio.wait(ends, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED))[0])
    finally:
        ready.cancel()


def _begun_badly(worker: Worker) -> tuple[ErrorKind | None, Outcome | None]:
    """Why the worker will never ask for its event; nothing where it may."""
    if worker.api.ready.is_set() or not worker.ended.done():
        return None, None
    if worker.api.init_error is not None:
        return ErrorKind.INIT, worker.api.init_error
    return (ErrorKind.OUT_OF_MEMORY if worker.out_of_memory else ErrorKind.EXITED), None


def _call(spec: FunctionSpec, request_id: str, payload: bytes) -> Call:
    now = time.time()
    return Call(
        request_id=request_id,
        payload=payload,
        function_arn=spec.arn,
        deadline_ms=int(1000 * (now + spec.timeout_s)),
        trace_id=f"Root=1-{int(now):08x}-{uuid4().hex[:24]};Sampled=0",
    )
