"""Chromium and axe-core for the tests of the page: `python -m tests.browser` gets what is missing, or says why not.

Debian's chromium by apt; axe-core by npm, into .mirage/axe. Both may be missing: then those tests are skipped, loudly.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

root = Path(__file__).parent.parent
axe_version = "4.11.4"
axe_folder = root / ".mirage" / "axe"
fonts = ["fonts-inter", "fonts-jetbrains-mono"]  # for the README's picture
flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Where Chromium is, None where it is not."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def axe() -> Path | None:
    """axe-core's script, None where it was not installed."""
    script = axe_folder / "node_modules" / "axe-core" / "axe.min.js"
    return script if script.exists() else None


@contextmanager
def opened() -> Iterator[Browser]:
    """A headless browser. Chromium must be there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield browser
        browser.close()


def _run(*command: str, **environment: str) -> bool:
    try:
        done = subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=300
        )
    except (OSError, subprocess.TimeoutExpired) as why:
        print(f"{' '.join(command)}: {why}", file=sys.stderr)
        return False
    if done.returncode:
        print(f"{' '.join(command)}: {done.stderr.strip()[-400:]}", file=sys.stderr)
    return done.returncode == 0


def _install_chromium() -> None:
    if chromium():
        return
    if shutil.which("apt-get") is None:
        print("NO BROWSER: this machine has no apt-get, so the tests of the page are SKIPPED.", file=sys.stderr)
        return
    root_by = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    print("Installing Debian's chromium for the tests of the page ...", file=sys.stderr)
    _run(*root_by, "apt-get", "update", "--quiet")
    quietly = ("--yes", "--quiet", "--no-install-recommends")
    _run(*root_by, "apt-get", "install", *quietly, "chromium", *fonts, DEBIAN_FRONTEND="noninteractive")
    if chromium() is None:
        print("NO BROWSER: chromium was not installed, so the tests of the page are SKIPPED.", file=sys.stderr)


def _install_axe() -> None:
    if axe() or shutil.which("npm") is None:
        return
    axe_folder.mkdir(parents=True, exist_ok=True)
    _run("npm", "install", "--prefix", str(axe_folder), "--no-save", "--silent", f"axe-core@{axe_version}")
    if axe() is None:
        print("NO AXE: axe-core was not installed, so the accessibility test is SKIPPED.", file=sys.stderr)


def main() -> int:
    """0, whatever was found: the tests that need what is missing are skipped."""
    _install_chromium()
    _install_axe()
    return 0


if __name__ == "__main__":
    sys.exit(main())
