"""`sweep`: what a destroyed or updated stack left behind, since CloudFront holds on to it for hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Protocol, cast

import boto3
import typer
from botocore.exceptions import ClientError

from infra.names import shorten
from mirage import left_logs, stop
from mirage.aws import Asked, Said
from mirage.stop import Stop
from mirage.verb import Here

edge_region = "us-east-1"
# Lambda API, DeleteFunction: a replica that CloudFront still has is refused with this one (aws-facts §1.8).
still_replicated = "InvalidParameterValueException"
tail = "-edge"


class Lambdas(Protocol):
    """The functions of us-east-1, as far as a sweep needs them."""

    def versions(self, name: str) -> Iterator[str]: ...

    def associated(self) -> set[str]: ...

    def delete(self, arn: str) -> str:
        """Nothing, or S3's or Lambda's code where it was refused."""
        ...


class Account:
    """The real ones."""

    def __init__(self) -> None:
        self._lambda = cast("Asked", boto3.client("lambda", region_name=edge_region))
        self._cloudfront = boto3.client("cloudfront")

    def versions(self, name: str) -> Iterator[str]:
        """The ARNs of a function's published versions, the oldest first; none where it is gone."""
        marker: dict[str, object] = {}
        while True:
            try:
                page = self._lambda.list_versions_by_function(FunctionName=name, **marker)
            except ClientError as why:
                if why.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
                    return
                raise
            found = cast("Sequence[Said]", page["Versions"])
            yield from (str(each["FunctionArn"]) for each in found if each["Version"] != "$LATEST")
            if not page.get("NextMarker"):
                return
            marker = {"Marker": page["NextMarker"]}

    def associated(self) -> set[str]:
        """The ARNs of the versions that any distribution of the account runs."""
        found: set[str] = set()
        for page in self._cloudfront.get_paginator("list_distributions").paginate():
            for each in page["DistributionList"].get("Items", []):
                for behavior in [each["DefaultCacheBehavior"], *each.get("CacheBehaviors", {}).get("Items", [])]:
                    items = behavior.get("LambdaFunctionAssociations", {}).get("Items", [])
                    found |= {item["LambdaFunctionARN"] for item in items}
        return found

    def delete(self, arn: str) -> str:
        """Lambda's code where it refused, else nothing."""
        try:
            self._lambda.delete_function(FunctionName=arn)
        except ClientError as why:
            return str(why.response.get("Error", {}).get("Code"))
        return ""


def sweep(
    name: Annotated[
        str, typer.Option(help="A stack that was destroyed, by its project and name, as in --name mirage-dev.")
    ] = "",
    *,
    here: Here,
) -> int:
    """Removes versions of the edge function that nothing runs any more, and after pulumi destroy the function itself.

    CloudFront keeps replicas for hours after the last distribution is gone; what it still has is named, and removed by
    a later sweep. It asks first. A version that a distribution runs is never touched. With --name, the logs that
    replicas left in any Region go, too, once the function is gone.
    """
    if not name and here.stack().is_emulated:
        here.voice.tell("The emulator leaves nothing behind: there is nothing to sweep.", removed=[], left=[])
        return stop.done
    function = (shorten(name, 64 - len(tail)) if name else _prefix(here)) + tail
    status = remove(Account(), function, here, with_function=bool(name))
    if name and status == stop.done:
        return left_logs.remove(left_logs.Account(), f"/aws/lambda/{edge_region}.{function}", here)
    return status


def remove(lambdas: Lambdas, function: str, here: Here, *, with_function: bool) -> int:
    """The exit status; what may go is gone, where the person agreed."""
    running, versions = lambdas.associated(), list(lambdas.versions(function))
    newest = versions[-1:] if not with_function else []
    old = [arn for arn in versions if arn not in running and arn not in newest]
    if with_function and any(arn in running for arn in versions):
        raise Stop(f"A distribution still runs {function}: destroy its stack first.")
    if with_function and versions:
        old.append(versions[0].rsplit(":", 1)[0])
    if not old:
        here.voice.tell(f"Nothing of {function} is left behind.", removed=[], left=[])
        return stop.done
    if not here.voice.agrees(f"Remove {len(old)} of {function}: {', '.join(old)}?"):
        raise Stop("Nothing was removed.")
    removed: list[str] = []
    left: list[str] = []
    here.voice.so_far = lambda: f"{len(removed)} were removed; start it again."
    for arn in old:
        code = lambdas.delete(arn)
        (left if code else removed).append(arn)
        if code and code != still_replicated:
            here.voice.remark(f"{arn} was refused: {code}.")
    said = f" CloudFront still has {', '.join(left)}: sweep again in some hours." if left else ""
    here.voice.tell(f"Removed {', '.join(removed) or 'nothing'}.{said}", removed=removed, left=left)
    return stop.incomplete if left else stop.done


def _prefix(here: Here) -> str:
    return here.stack().original_changed.removesuffix("-original-changed")
