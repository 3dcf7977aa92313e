"""`make probe`: deploys the throw-away stack with an account's credentials, asks it, prints emulator/switches.py with
the answers on standard output, and destroys it. Everything else goes to standard error.

Cost: at most 60 requests, the longest of 25 s with 128 MB, and two invalidation paths: below 0.05 USD, also where the
account's free ones are used up. The edge function itself stays for some hours, without cost, since CloudFront holds on
to its replicas: `python -m mirage sweep --name mirage-probe-<run>` removes it the next day.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import boto3

from probe.questions import Deployed, ask_all
from probe.written import switches

root = Path(__file__).resolve().parents[1]
program = root / "probe" / "program"
state = root / ".mirage" / "probe"
name = "organization/mirage-probe/probe"
# "Typically minutes" (aws-facts §1.8); after that the person looks.
longest_s = 2400
invalidated_within_s = 600
cost = "It costs less than 0.05 USD and takes some 20 minutes."


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] = ()) -> int:
    """The exit status: 0 with the answers printed, 1 where something is left, 2 where nothing was begun."""
    if shutil.which("pulumi") is None:
        say("pulumi is not installed here: https://www.pulumi.com/docs/install/ tells how.")
        return 2
    if "--yes" not in arguments and not _agreed():
        say("Nothing was deployed.")
        return 2
    run = secrets.token_hex(3)
    try:
        _pulumi(run, "stack", "init")
        _pulumi(run, "up", "--yes", "--skip-preview", "--config", f"run={run}")
        outputs = json.loads(_pulumi(run, "stack", "output", "--json"))
        answers = ask_all(Deployed(url=outputs["url"], invalidate=_invalidating(outputs["distributionId"])), say)
        text = (root / "emulator" / "switches.py").read_text(encoding="utf-8")
        print(switches(text, answers, f"{datetime.now(UTC):%Y-%m}"))
        failed = False
    except (subprocess.SubprocessError, RuntimeError, ValueError) as error:
        say(f"It failed: {error}")
        failed = True
    finally:
        is_gone = _destroyed(run)
    return 1 if failed or not is_gone else 0


def _agreed() -> bool:
    say(f"This deploys a throw-away stack with the credentials that the AWS SDK finds, and destroys it. {cost}")
    if not sys.stdin.isatty():
        say("Nobody can be asked here: say --yes.")
        return False
    print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _destroyed(run: str) -> bool:
    """Whether the stack is gone; where it is not, the way to try again was said."""
    try:
        _pulumi(run, "destroy", "--yes", "--skip-preview")
        _pulumi(run, "stack", "rm", "--yes")
    except subprocess.SubprocessError as error:
        say(f"It is NOT destroyed: {error} Its state: PULUMI_BACKEND_URL=file://{state / run} pulumi destroy.")
        return False
    say(f"It is destroyed. The next day: python -m mirage sweep --name mirage-probe-{run}")
    return True


def _pulumi(run: str, *asked: str) -> str:
    """What Pulumi printed, with state and settings of this run's own. Raises subprocess.SubprocessError."""
    place = state / run
    settings = place / "Pulumi.probe.yaml"
    if not settings.exists():
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(program / settings.name, settings)
    own = {"PULUMI_BACKEND_URL": f"file://{place}", "PULUMI_CONFIG_PASSPHRASE": "", "PYTHONPATH": str(root)}
    stack = [name] if asked[:2] == ("stack", "init") else ["--stack", name]
    takes_settings = asked[0] != "stack" or asked[1] == "init"
    file = ["--config-file", str(settings)] if takes_settings else []
    done = subprocess.run(
        ["pulumi", "--cwd", str(program), "--non-interactive", *asked, *stack, *file],
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        text=True,
        timeout=longest_s,
        check=True,
    )
    return done.stdout


def _invalidating(distribution: str) -> Callable[[Sequence[str]], None]:
    """What invalidates, and returns when it is done. Raises RuntimeError where that takes too long."""
    client = boto3.client("cloudfront", region_name="us-east-1")

    def invalidate(items: Sequence[str]) -> None:
        batch = {"Paths": {"Quantity": len(items), "Items": list(items)}, "CallerReference": str(uuid.uuid4())}
        made = cast(
            "Mapping[str, Mapping[str, str]]",
            client.create_invalidation(DistributionId=distribution, InvalidationBatch=batch),
        )
        until = time.monotonic() + invalidated_within_s
        while True:
            seen = client.get_invalidation(DistributionId=distribution, Id=made["Invalidation"]["Id"])
            if seen["Invalidation"]["Status"] == "Completed":
                return
            if time.monotonic() > until:
                raise RuntimeError("The invalidation is under way for ten minutes.")
            time.sleep(1)

    return invalidate


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
