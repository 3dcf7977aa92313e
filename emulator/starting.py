"""The first half of a start: the program is run, and what it declares is made; every refusal is a sentence."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from emulator import program
from emulator.chain import Chain
from emulator.cloudfront import firewall
from emulator.program import Declared
from emulator.reading import NotHonoured
from emulator.s3.refusals import Refused
from emulator.stack_file import StackFileError
from emulator.stopped import Stopped
from infra.bundling.wheels import BundleError
from infra.configuration.config import ConfigError

T = TypeVar("T")


async def declare(stack: str, project_dir: Path) -> Declared:
    """What the program declares. Raises Stopped with what is wrong, one sentence a mistake."""
    try:
        return await asyncio.to_thread(program.declare, stack, project_dir=project_dir)
    except (ConfigError, StackFileError, BundleError, LookupError, ValueError) as why:
        raise Stopped(str(why)) from why


def honoured(make: Callable[[], T]) -> T:
    """What `make` makes. Raises Stopped where the emulator does not honour something, or AWS would refuse it."""
    try:
        return make()
    except NotHonoured as why:
        raise Stopped(str(why)) from why


async def start(chain: Chain) -> None:
    """Says what is not emulated. Raises Stopped where AWS would refuse what is declared."""
    missing = firewall.not_emulated(chain.front.distribution.web_acl)
    if missing:
        print(missing, file=sys.stderr)
    try:
        await chain.aws.start()
    except NotHonoured as why:
        raise Stopped(str(why)) from why
    except Refused as why:
        raise Stopped(f"{why.code}: {why.message}") from why
