"""Notes to ourselves on the queue: sweep an original again, or purge its tag from CloudFront."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Self

from variants import headers

# A note that cannot be done is sent again, after this time, so often; then it is left to the dead letters' alarm.
again_s = 20
most_tries = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """`sweep` counts the sweeps of one change from 2 (the first is the event's own); 0 asks for the purge alone.

    `changed_s`: when S3 saw the change, in seconds since 1970, for the purge that its readers wait for; 0 else.
    """

    original: str
    sweep: int = 0
    tries: int = 0
    changed_s: float = 0.0

    @property
    def tag(self) -> str:
        return headers.cache_tag(self.original)

    def body(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def purge_only(self) -> Self:
        return replace(self, sweep=0)

    def once_more(self) -> Self:
        return replace(self, tries=self.tries + 1)


def read(body: str) -> Note:
    """The note that `body` printed. Raises ValueError, KeyError, TypeError for anything else."""
    said = json.loads(body)
    changed_s = float(said.get("changed_s", 0.0))  # a note of the version before has none
    return Note(original=str(said["original"]), sweep=int(said["sweep"]), tries=int(said["tries"]), changed_s=changed_s)
