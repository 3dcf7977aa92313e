"""Work on many things at once with memory that stays flat: what comes next is drawn when something is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_parallel(work: Callable[[T], R], items: Iterable[T], at_once: int) -> Iterator[R]:
    """What came of each item, in the order in which they were done; at most `at_once` items are under way.

    Where the caller stops, what is under way is finished, and nothing else is begun.
    """
    waiting = iter(items)
    with ThreadPoolExecutor(at_once) as pool:
        under_way: set[Future[R]] = {pool.submit(work, each) for each in islice(waiting, at_once)}
        try:
            while under_way:
                finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for each in finished:
                    yield each.result()
                under_way |= {pool.submit(work, each) for each in islice(waiting, at_once - len(under_way))}
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
