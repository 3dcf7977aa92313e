"""`doctor`: the stack as it is, and what to do about it."""

from __future__ import annotations

from mirage import stop
from mirage.checkups import Finding, everywhere, looked
from mirage.checkups_aws import only_there
from mirage.verb import Here

marks = {"good": "ok  ", "note": "note", "bad": "BAD "}


def doctor(*, here: Here) -> int:
    """Looks at the stack as it is: rights, switch, TTLs, function versions, quotas, certificate, what costs.

    Nothing is changed. Each finding says what to do. The exit status is 1 where something is bad. In the emulator only
    what it has is looked at: buckets, switch and viewer function.
    """
    stack = here.stack()
    checks = everywhere if stack.is_emulated else (*everywhere, *only_there)
    bad = 0
    for check in checks:
        for found in looked(check, stack):
            bad += found.level == "bad"
            _tell(found, here)
    if stack.is_emulated:
        left = ", ".join(check.__name__.replace("_", " ") for check in only_there)
        here.voice.remark(f"Not looked at, since the emulator has none of its own: {left}.")
    return stop.incomplete if bad else stop.done


def _tell(found: Finding, here: Here) -> None:
    to_do = f" {found.to_do}" if found.to_do else ""
    facts = {"level": found.level, "about": found.about, "says": found.says, "to_do": found.to_do}
    here.voice.tell(f"{marks[found.level]}  {found.about}: {found.says}{to_do}", **facts)
