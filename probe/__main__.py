"""`make probe`: deploys the throw-away stack with an account's credentials, asks it, prints emulator/switches.py with
the answers on standard output, and destroys it. Everything else goes to standard error.

Cost, at most: 100 requests (`most_requests`), each up to 30 s of a function of 128 MB (0.02 USD) and 0.9 MB of traffic
(0.01), and two invalidation paths (0.01): below 0.05 USD, also where the account's free ones are used up. The edge
function itself stays for some hours, without cost, since CloudFront holds on to its replicas:
`python -m mirage sweep --name mirage-probe-<run>` removes it the next day.
"""

from __future__ import annotations

import secrets
import shutil
import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from probe.questions import Deployed, ask_all
from probe.stack import Stack, root
from probe.written import switches

state = root / ".mirage" / "probe"
invalidated_within_s = 600
cost = "It costs less than 0.05 USD and takes some 20 minutes."


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] = ()) -> int:
    """The exit status: 0 where every question was answered and all is gone, 1 if not, 2 where nothing was begun."""
    if shutil.which("pulumi") is None:
        say("pulumi is not installed here: https://www.pulumi.com/docs/install/ tells how.")
        return 2
    account = _account()
    if not account or ("--yes" not in arguments and not _agreed(account)):
        say("Nothing was deployed.")
        return 2
    run = secrets.token_hex(3)
    stack = Stack(run=run, folder=state / run)
    try:
        stack.begin()
    except RuntimeError as error:
        say(f"Nothing was deployed: {error}")
        return 2
    # From here on nothing ends this before the stack is gone: whoever stops it stops the asking alone.
    with _on_signals(lambda *_: say("The stack is being destroyed: please wait.")):
        try:
            is_answered = _answered(stack)
        finally:
            is_gone = _destroyed(stack)
    return 0 if is_answered and is_gone else 1


def _account() -> str:
    """The number of the account that the credentials belong to; nothing where there are none."""
    try:
        return str(boto3.client("sts", region_name="us-east-1").get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        say(f"No account: {error}")
        return ""


def _agreed(account: str) -> bool:
    say(f"This deploys a throw-away stack to the account {account}, and destroys it. {cost}")
    if not sys.stdin.isatty():
        say("Nobody can be asked here: say --yes.")
        return False
    print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


@contextmanager
def _on_signals(handler: Callable[..., object]) -> Iterator[None]:
    """While the block runs, Ctrl-C and its like lead to the handler."""
    before = {each: signal.signal(each, handler) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, found in before.items():
            signal.signal(each, found)


def _answered(stack: Stack) -> bool:
    """Whether every question has its answer; those that have are printed."""
    try:
        with _on_signals(signal.default_int_handler):
            outputs = stack.up()
            on = Deployed(url=outputs["url"], invalidate=_invalidating(outputs["distributionId"]))
            answers, unanswered = ask_all(on, say)
    except KeyboardInterrupt:
        say("Stopped.")
        return False
    except RuntimeError as error:
        say(f"It failed: {error}")
        return False
    text = (root / "emulator" / "switches.py").read_text(encoding="utf-8")
    print(switches(text, answers, f"{datetime.now(UTC):%Y-%m}"))
    return not unanswered


def _destroyed(stack: Stack) -> bool:
    """Whether the stack is gone; where it is not, the way to try again was said."""
    try:
        stack.destroy()
    except RuntimeError as error:
        say(f"It is NOT destroyed: {error} Try again: {stack.by_hand}")
        return False
    say(f"It is destroyed. The next day: python -m mirage sweep --name mirage-probe-{stack.run}")
    return True


def _invalidating(distribution: str) -> Callable[[Sequence[str]], None]:
    """What invalidates, and returns when it is done. Raises RuntimeError where it is refused or takes too long."""
    client = boto3.client("cloudfront", region_name="us-east-1")

    def invalidate(items: Sequence[str]) -> None:
        batch = {"Paths": {"Quantity": len(items), "Items": list(items)}, "CallerReference": str(uuid.uuid4())}
        try:
            made = cast(
                "Mapping[str, Mapping[str, str]]",
                client.create_invalidation(DistributionId=distribution, InvalidationBatch=batch),
            )
            until = time.monotonic() + invalidated_within_s
            while time.monotonic() < until:
                seen = client.get_invalidation(DistributionId=distribution, Id=made["Invalidation"]["Id"])
                if seen["Invalidation"]["Status"] == "Completed":
                    return
                time.sleep(1)
        except (BotoCoreError, ClientError) as error:
            raise RuntimeError(f"The invalidation failed: {error}") from error
        raise RuntimeError("The invalidation is under way for ten minutes.")

    return invalidate


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
