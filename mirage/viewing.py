"""What the viewer function makes of a request: the function as it ships, run here, with the store as it is now."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from emulator.cloudfront import viewer_event
from emulator.viewer.runtime import ViewerResult, ViewerRuntime
from mirage import aws
from mirage.stack import Stack
from mirage.stop import Stop
from mirage.switch import Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewed:
    """`uri` is the key as CloudFront asks for it, `origin` where; or `status`, `code` and `message` of an answer."""

    uri: str = ""
    origin: str = ""
    generate: str = ""
    status: int = 0
    code: str = ""
    message: str = ""


class Viewer:
    """The viewer function of a stack."""

    def __init__(self, stack: Stack) -> None:
        self.kept = Switch(stack).all()
        self._stack = stack
        try:
            self._runtime = ViewerRuntime(aws.viewer_code(stack), self.kept)
        except ValueError as why:
            raise Stop(f"The stack's viewer function does not run here: {why}") from why

    def view(self, target: str, headers: Sequence[tuple[str, str]]) -> Viewed:
        """What becomes of a GET of this target, now."""
        path, mark, query = target.partition("?")
        event = viewer_event.event(
            "GET",
            path,
            query if mark else None,
            (("host", self._stack.url.partition("//")[2]), *headers),
            client_ip="127.0.0.1",
            config={
                "distributionId": self._stack.distribution_id,
                "distributionDomainName": "",
                "requestId": "explain",
            },
        )
        found = self._runtime.run(event, now=time.time())
        return _failed(found) if found.output is None else _read(found.output, _selected(found))


def _failed(found: ViewerResult) -> Viewed:
    return Viewed(status=503, code=found.error or "", message=found.message or "The viewer function failed.")


def _selected(found: ViewerResult) -> str | None:
    """The bucket that is asked first. In the mode without Lambda@Edge files come by a group, and names that must be
    escaped go to the function alone, which looks into the store."""
    if found.selected_group is not None:
        first = cast("Sequence[Mapping[str, str]]", found.selected_group["originIds"])[0]
        return first["originId"]
    return None if found.selected_origin == "maker" else found.selected_origin


def _read(output: Mapping[str, object], selected: str | None) -> Viewed:
    headers = cast("Mapping[str, Mapping[str, str]]", output.get("headers", {}))
    if "statusCode" in output:
        said = _body(output.get("body"))
        return Viewed(
            status=int(cast("int", output["statusCode"])),
            code=headers.get("x-mirage-error", {}).get("value", ""),
            message=said.get("message", ""),
        )
    uri = headers.get("x-mirage-uri", {}).get("value") or str(output["uri"])
    page = uri == "/index.html" or uri.startswith("/_mirage/page/")
    return Viewed(
        uri=uri,
        origin=selected or ("page" if page else "variants"),
        generate=headers.get("x-mirage-generate", {}).get("value", ""),
    )


def _body(found: object) -> Mapping[str, str]:
    text = found.get("data") if isinstance(found, Mapping) else found
    try:
        said = json.loads(str(text or "{}"))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
