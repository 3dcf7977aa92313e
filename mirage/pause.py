"""`pause` and its opposite `resume`: the switch `generate` of the viewer function."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Annotated

import typer

from mirage import stop
from mirage.switch import Switch
from mirage.verb import Here

key = "generate"
meaning = {
    "on": "Variants that are missing are made again.",
    "signed": "Only who has a valid signature gets variants made; what is stored is served to all.",
    "off": "Nothing is made any more (503 paused); what is stored is served.",
}


class Lets(StrEnum):
    """What is still made."""

    SIGNED = "signed"
    NOTHING = "off"


def pause(
    to: Annotated[
        Lets, typer.Option(help="off: nothing is made; signed: only for who has a valid signature.")
    ] = Lets.NOTHING,
    *,
    here: Here,
) -> int:
    """Stops the making of variants, at once and without a deploy; what is stored is served as before.

    The switch is in the viewer function's KeyValueStore: CloudFront has it everywhere within seconds.
    """
    return turn(to.value, here)


def turn(wanted: str, here: Here) -> int:
    """The exit status; the switch is as wanted."""
    stack, began = here.stack(), time.monotonic()
    switch = Switch(stack)
    before = switch.get(key)
    if before != wanted:
        switch.put(key, wanted)
    took_s = round(time.monotonic() - began, 1)
    was = "It was so before." if before == wanted else f"Before, it was {before or 'unset, which is off'}."
    here.voice.tell(
        f"generate is {wanted} in {stack.name}: {meaning[wanted]} {was}",
        generate=wanted,
        before=before,
        stack=stack.name,
        seconds=took_s,
    )
    return stop.done
