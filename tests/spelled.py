"""Values of vectors in full: a text or a list may be said as what it repeats.

`text` is repeated after `begin`, `each` counts by `{at}`, `like` copies what lies at a path, `and` adds to a list.
"""

from __future__ import annotations


def at(found: object, way: list[str]):
    """What lies at a path; a number is a place in a list."""
    for part in way:
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


def spelled(said: object, inputs: object = None, before: object = None, count: int = 0):
    """The value that is said, in full; `inputs` are where paths begin, `before` what was there."""
    if isinstance(said, str):
        return said.replace("{at}", str(count))
    if isinstance(said, list):
        return [spelled(each, inputs, count=count) for each in said]
    if not isinstance(said, dict):
        return said
    if "text" in said:
        return said.get("begin", "") + said["text"] * said["times"]
    if "each" in said:
        return [spelled(said["each"], inputs, count=number) for number in range(said["times"])]
    if "and" in said:
        return [*before, *spelled(said["and"], inputs)]
    like = at(inputs, said["like"].split(".")) if "like" in said else {}
    return {**like, **{name: spelled(each, inputs, count=count) for name, each in said.items() if name != "like"}}
