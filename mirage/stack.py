"""Which stack a verb is for: a stack of Pulumi's, a file of its outputs, or the emulator that `make run` started."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from emulator import running
from mirage.stop import Stop

root = Path(__file__).resolve().parents[1]
kept = root / ".mirage" / "emulator"
answer_within_s = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack's outputs; `generators` are folders by name, `merge_…` is there where its bucket is adopted.

    `endpoint` is the emulator's AWS, `control` its control API; empty for AWS itself.
    """

    name: str
    url: str
    originals: str
    variants: str
    distribution_id: str
    region: str
    viewer_function: str
    key_value_store: str
    original_changed: str
    presets: Mapping[str, str] = field(default_factory=dict)
    access: Mapping[str, str] = field(default_factory=dict)
    generators: Mapping[str, str] = field(default_factory=dict)
    merge_policy: str = ""
    merge_notification: str = ""
    batch_role: str = ""
    endpoint: str = ""
    control: str = ""

    @property
    def is_emulated(self) -> bool:
        return bool(self.endpoint)

    @property
    def account(self) -> str:
        return self.key_value_store.split(":")[4]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person said of the stack: at most one of them."""

    stack: str | None = None
    outputs: Path | None = None
    emulator: bool = False
    at: str | None = None


def find(asked: Asked) -> Stack:
    """The stack that is meant; without a word the emulator that runs, so that AWS is never meant by accident.

    Raises Stop with a sentence.
    """
    given = [asked.stack is not None, asked.outputs is not None, asked.emulator or asked.at is not None]
    if sum(given) > 1:
        raise Stop("Expected one of --stack, --outputs and --emulator, received more.")
    if asked.stack is not None:
        return read(_pulumi(asked.stack), name=asked.stack)
    if asked.outputs is not None:
        return read(_file(asked.outputs), name=asked.outputs.stem)
    return _emulated(_running(asked.at))


def read(outputs: Mapping[str, object], *, name: str, endpoint: str = "", control: str = "", url: str = "") -> Stack:
    """The stack of these outputs. Raises Stop where one is missing: an older version made it."""

    def text(output: str) -> str:
        value = outputs.get(output)
        if not isinstance(value, str) or not value:
            raise Stop(f"The stack {name} has no output {output}: deploy it with this version (pulumi up) first.")
        return value

    return Stack(
        name=name,
        url=url or text("url"),
        originals=text("originalsBucket"),
        variants=text("variantsBucket"),
        distribution_id=text("distributionId"),
        region=text("region"),
        viewer_function=text("viewerFunction"),
        key_value_store=text("keyValueStore"),
        original_changed=text("originalChangedFunction"),
        presets=cast("Mapping[str, str]", outputs.get("presets") or {}),
        access=cast("Mapping[str, str]", outputs.get("access") or {}),
        generators=cast("Mapping[str, str]", outputs.get("generators") or {}),
        merge_policy=_document(outputs.get("mergeBucketPolicy")),
        merge_notification=_document(outputs.get("mergeBucketNotification")),
        batch_role=str(outputs.get("batchRole") or ""),
        endpoint=endpoint,
        control=control,
    )


def _document(output: object) -> str:
    """A document's text; Pulumi prints outputs that are JSON as objects, or as text."""
    return "" if output is None else output if isinstance(output, str) else json.dumps(output)


def _pulumi(stack: str) -> Mapping[str, object]:
    if shutil.which("pulumi") is None:
        raise Stop("pulumi is not installed here: give its outputs by --outputs FILE (pulumi stack output --json).")
    asked = ["pulumi", "stack", "output", "--json", "--stack", stack]
    answer = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        said = (answer.stderr.strip().splitlines() or ["it said nothing."])[-1]
        raise Stop(f"pulumi gave no outputs of the stack {stack}: {said}")
    return _outputs(answer.stdout, f"pulumi stack output --json --stack {stack}")


def _file(path: Path) -> Mapping[str, object]:
    try:
        return _outputs(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as why:
        raise Stop(
            f"Expected a file of outputs at {path}: {getattr(why, 'strerror', None) or 'it is no text'}."
        ) from why


def _outputs(text: str, where: str) -> Mapping[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Stop(f"Expected the JSON of pulumi stack output --json in {where}, received something else.")
    return found


def _running(at: str | None) -> running.Running:
    found = running.found(kept)
    if at is not None:
        found = [each for each in found if at.rstrip("/") in (each.url, each.control)]
    if not found:
        where = f" at {at}" if at else ""
        raise Stop(f"No emulator runs{where}: start one with make run, or name a stack by --stack or --outputs.")
    if len(found) > 1:
        raise Stop(f"{len(found)} emulators run: choose one by --at, as in --at {found[0].url}.")
    return found[0]


def _emulated(there: running.Running) -> Stack:
    try:
        with urllib.request.urlopen(f"{there.control}/resources", timeout=answer_within_s) as answer:
            outputs = json.load(answer)["outputs"]
    except (urllib.error.URLError, OSError, ValueError) as why:
        raise Stop(f"The emulator at {there.url} does not answer: start it again with make run.") from why
    return read(outputs, name=there.stack, endpoint=there.s3, control=there.control, url=there.url)
