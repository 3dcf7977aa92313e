"""What was compared, on what: versions and the machine; no names of hosts, no paths."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from bench import places, stand_in


def machine() -> dict[str, object]:
    """The machine and its load at this moment."""
    described = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    named = (line.partition(":")[2].strip() for line in described.splitlines() if line.startswith("model name"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cpu": next(named, platform.machine()),
        "cpus": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "load": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    """What both sides are made of."""
    asked = "const s = require('sharp'); console.log(JSON.stringify({...s.versions, node: process.versions.node}))"
    done = subprocess.run(["node", "-e", asked], cwd=places.peer, capture_output=True, text=True, check=True)
    peer = json.loads(done.stdout)
    sdk = json.loads((places.peer / "node_modules/@aws-sdk/client-s3/package.json").read_text(encoding="utf-8"))
    return {
        "Python": platform.python_version(),
        "Pillow": metadata.version("pillow"),
        "Node": peer["node"],
        "sharp": peer["sharp"],
        "libvips": peer["vips"],
        "@aws-sdk/client-s3": sdk["version"],
        "ssimulacra2": _locked("ssimulacra2"),
    }


def conditions() -> dict[str, object]:
    """What was set for the measurements."""
    return {
        "pinned_cpus": 1,
        "stand_in_first_byte_ms": stand_in.first_byte_ms,
        "stand_in_megabytes_per_s": stand_in.megabytes_per_s,
        "python_flags": "-I -S",
        "implementation": sys.implementation.name,
    }


def _locked(name: str) -> str:
    for line in (places.project / "bench" / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}=="):
            return line.split()[0].removeprefix(f"{name}==")
    return ""
