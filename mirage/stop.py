"""How a verb ends early: one sentence, and an exit status that scripts can use."""

from __future__ import annotations

done, incomplete, misused, interrupted = 0, 1, 2, 130


class Stop(Exception):
    """A verb cannot go on; its text is the sentence. `status`: 2 for what was asked, 1 for what came in between."""

    def __init__(self, sentence: str, status: int = misused) -> None:
        super().__init__(sentence)
        self.status = status
