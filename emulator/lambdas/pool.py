"""The workers of one function: as many as events come at once, up to a bound; none before the first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from emulator.lambdas.worker import Worker


class Pool:
    """Lends workers, one event at a time each. Beyond the bound an event waits: a machine is smaller than a Region."""

    def __init__(self, make: Callable[[], Worker], max_workers: int) -> None:
        self._make = make
        self._places = asyncio.Semaphore(max_workers)
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._dying: set[Worker] = set()

    async def take(self) -> tuple[Worker, bool]:
        """A worker, and whether it was started for this. Give it back or drop it."""
        await self._places.acquire()
        while self._idle:
            worker = self._idle.pop()  # the one used last, so that a quiet pool keeps few of them warm
            if not worker.ended.done():
                return worker, False
            self._all.discard(worker)
        worker = self._make()
        self._all.add(worker)
        try:
            await worker.start()
        except BaseException:
            self.drop(worker)
            raise
        return worker, True

    def give_back(self, worker: Worker) -> None:
        """The worker waits for its next event."""
        self._idle.append(worker)
        self._places.release()

    def drop(self, worker: Worker) -> None:
        """The worker is ended: what failed in it may have left anything behind."""
        worker.kill()
        self._all.discard(worker)
        self._dying = {each for each in self._dying if not each.ended.done()} | {worker}
        self._places.release()

    def kill(self, access_key_id: str) -> None:
        """Ends the worker that has these credentials, if it is one of these; whoever lent it drops it."""
        for worker in self._all:
            if worker.access_key_id == access_key_id:
                worker.kill()

    async def stop(self) -> None:
        """Returns when all its workers are gone."""
        workers = [*self._all, *self._dying]
        self._all.clear()
        self._idle.clear()
        for worker in workers:
            worker.kill()
        await asyncio.gather(*(worker.gone() for worker in workers))
