"""The logs that an edge function's replicas left in Regions that the stack does not know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from mirage import stop
from mirage.aws import Asked, Said
from mirage.parallel import in_parallel
from mirage.stop import Stop
from mirage.verb import Here

at_once = 8


class Logs(Protocol):
    """CloudWatch Logs of every Region."""

    def regions(self) -> Sequence[str]: ...

    def has(self, region: str, group: str) -> bool: ...

    def delete(self, region: str, group: str) -> None:
        """Raises ClientError where it is refused."""
        ...


class Account:
    """The real ones."""

    def __init__(self) -> None:
        self._session = boto3.Session()

    def regions(self) -> Sequence[str]:
        return cast("Sequence[str]", self._session.get_available_regions("logs"))

    def has(self, region: str, group: str) -> bool:
        """Whether the group is there; a Region that the account has not opted into has none."""
        try:
            answer = self._logs(region).describe_log_groups(logGroupNamePrefix=group)
        except (ClientError, BotoCoreError):
            return False
        return any(each["logGroupName"] == group for each in cast("Sequence[Said]", answer["logGroups"]))

    def delete(self, region: str, group: str) -> None:
        self._logs(region).delete_log_group(logGroupName=group)

    def _logs(self, region: str) -> Asked:
        return cast("Asked", boto3.Session().client("logs", region_name=region))


def remove(logs: Logs, group: str, here: Here) -> int:
    """The exit status; a group that is anywhere is gone, where the person agreed."""
    looked = in_parallel(lambda region: (region, logs.has(region, group)), logs.regions(), at_once)
    found = sorted(region for region, has in looked if has)
    if not found:
        here.voice.tell(f"No log group {group} is left in any Region.", logs=[])
        return stop.done
    if not here.voice.agrees(f"Remove the log group {group} in {', '.join(found)}?"):
        raise Stop("The logs were left.")
    for region in found:
        logs.delete(region, group)
    here.voice.tell(f"Removed the log group {group} in {', '.join(found)}.", logs=found)
    return stop.done
