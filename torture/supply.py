"""Supply chain and secrets: pinned hashes, the bills of materials, the audit where it can run; no secret anywhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.bundling.bundle import bill_suffix
from torture.tally import Tally

root = Path(__file__).resolve().parents[1]
locks = sorted([root / "requirements.txt", *root.glob("infra/locks/*.txt"), *root.glob("torture/locks/*.txt")])
tools = root / ".mirage" / "torture-tools"
pinned_pattern = re.compile(
    r"^[A-Za-z0-9._-]+(?:\[[a-z,-]+\])?==[^ ;\\]+.*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", re.M
)
required_pattern = re.compile(r"^[A-Za-z0-9]", re.M)
# What no shipped or kept file may hold: keys as AWS and the generators' providers write them, private keys, tokens.
secret_patterns = {
    "an AWS access key": re.compile(rb"(?<![A-Z0-9])(?:AKIA|ASIA)(?!IOSFODNN7EXAMPLE)[A-Z0-9]{16}(?![A-Z0-9])"),
    "a private key": re.compile(rb"-----BEGIN (?:RSA |EC |OPENSSH |)PRIVATE KEY-----"),
    "an OpenAI key": re.compile(rb"sk-[A-Za-z0-9]{20,}"),
    "a Replicate token": re.compile(rb"r8_[A-Za-z0-9]{20,}"),
    "a GitHub token": re.compile(rb"gh[pousr]_[A-Za-z0-9]{36}"),
    "a JSON Web Token": re.compile(rb"eyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\."),
}
# Their own tests and documentation hold samples; what ships is ours, and these packages' code.
tool_timeout_s = 240


def run(tally: Tally, *, audit: bool) -> None:
    """Looks at the locks, at each zip that a stack ships, and at what is tracked."""
    pinned(tally)
    zips = list(_zips())
    for path in zips:
        bill(tally, path)
        secrets_of_zip(tally, path)
    for path in _tracked():
        _search(tally, "secrets in files", str(path.relative_to(root)), path.read_bytes())
    if audit:
        _audit(tally, zips)


def pinned(tally: Tally) -> None:
    """Each requirement of each lock has a version and at least one hash."""
    for path in locks:
        text = path.read_text(encoding="utf-8")
        wanted, found = len(required_pattern.findall(text)), len(pinned_pattern.findall(text))
        tally.add("pinned hashes", path.name, "" if wanted == found > 0 else f"{found} of {wanted} are pinned")


def _zips() -> Iterator[Path]:
    """The zips of the dev stack, as its program declares them."""
    from emulator.program import declare
    from emulator.reading import NotHonoured

    try:
        declared = declare("dev")
    except NotHonoured as error:
        raise AssertionError(str(error)) from error
    seen = set()
    for each in declared.resources:
        path = getattr(each.inputs.get("code"), "path", None)
        if path is not None and path not in seen:
            seen.add(path)
            yield Path(path)


def bill(tally: Tally, path: Path) -> None:
    """The zip's bill of materials is beside it, and is of it."""
    said = path.with_suffix(bill_suffix)
    found = json.loads(said.read_bytes()) if said.exists() else {}
    wrong = "" if found.get("bomFormat") == "CycloneDX" and found.get("components") else "no bill"
    tally.add("bills of materials", path.name, wrong)


def secrets_of_zip(tally: Tally, path: Path) -> None:
    """No file of a zip holds a secret."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            _search(tally, "secrets in zips", f"{path.name}/{name}", archive.read(name))


def _tracked() -> Iterator[Path]:
    """What the repository holds, and what Pulumi keeps beside it, but tests, whose keys are samples."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False)
    names = [name for name in listed.stdout.decode().split("\0") if name and not name.startswith("tests/")]
    yield from (root / name for name in names if (root / name).is_file())
    yield from root.glob("Pulumi.*.yaml")


def _search(tally: Tally, kind: str, name: str, content: bytes) -> None:
    found = [said for said, pattern in secret_patterns.items() if pattern.search(content)]
    tally.add(kind, name, f"holds {found[0]}" if found else "")


def search_text(tally: Tally, kind: str, name: str, text: str) -> None:
    """No log, state or error holds a secret."""
    _search(tally, kind, name, text.encode())


def _audit(tally: Tally, zips: Sequence[Path]) -> None:
    """pip-audit over every lock, and CycloneDX's own schema over every bill: where the tools can be had."""
    if not _tools():
        tally.see("pip-audit", "not run: its packages cannot be installed here")
        return
    for path in locks:
        done = _tool("pip-audit", "--require-hashes", "--disable-pip", "-f", "json", "-r", str(path))
        _read_audit(tally, path.name, done)
    for path in zips:
        script = (
            "import sys; from cyclonedx.validation.json import JsonStrictValidator as V; "
            "from cyclonedx.schema import SchemaVersion as S; "
            "found = V(S.V1_6).validate_str(open(sys.argv[1]).read()); sys.exit(str(found)[:300] if found else 0)"
        )
        done = _tool("python", "-c", script, str(path.with_suffix(bill_suffix)))
        tally.add("bills of materials", f"{path.name} by its schema", done.stderr if done.returncode else "")


def _read_audit(tally: Tally, name: str, done: subprocess.CompletedProcess[str]) -> None:
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        tally.see("pip-audit", f"not run on {name}: {done.stderr.strip().splitlines()[-1][:80] if done.stderr else ''}")
        return
    skipped = [each["name"] for each in found if "skip_reason" in each]
    if skipped:
        tally.see("pip-audit", f"no advisories to be had here for {len(skipped)} of {len(found)} in {name}")
    for each in found:
        if "skip_reason" not in each:
            tally.add("pip-audit", each["name"], ", ".join(bad["id"] for bad in each.get("vulns", [])))


def _tools() -> bool:
    """Whether the tools are there: installed once, by their lock, apart from all else."""
    lock = root / "torture" / "locks" / "tools.txt"
    if (tools / "ready").exists() and (tools / "ready").read_text() == lock.read_text():
        return True
    python = str(tools / "bin" / "python")
    for command in (
        [sys.executable, "-m", "venv", str(tools)],
        [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(lock)],
    ):
        if subprocess.run(command, capture_output=True, timeout=tool_timeout_s, check=False).returncode:
            return False
    (tools / "ready").write_text(lock.read_text())
    return True


def _tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(tools / "bin" / name), *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=tool_timeout_s, check=False)
