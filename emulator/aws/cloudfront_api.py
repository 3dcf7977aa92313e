"""CloudFront's API, the two operations that a function of the stack may call: CreateInvalidation and GetInvalidation.

CloudFront API reference 2020-05-31, read 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from emulator.aws.credentials import Credentials
from emulator.aws.iam import Access, Policy, Principal, decide
from emulator.faults import Faults
from emulator.quotas import cache_tag_max_chars, invalidation_items_max, invalidation_path_max_chars
from emulator.wire import HttpRequest

space = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
# RFC 1738 §2.2, and what is not ASCII. AWS "Specify the files to invalidate", read 2026-11.
unsafe = re.compile(r'[^\x21-\x7e]|[<>"#{}|\\^~\[\]`]|%(?![0-9A-Fa-f]{2})')
statuses = {
    "AccessDenied": 403,
    "BatchTooLarge": 413,
    "InconsistentQuantities": 400,
    "InvalidArgument": 400,
    "MalformedXML": 400,
    "NoSuchDistribution": 404,
    "NoSuchInvalidation": 404,
    "TooManyInvalidationsInProgress": 400,
}


class Refusal(Exception):
    """CloudFront says no; the code is its own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """An invalidation as it was asked for."""

    id: str
    items: tuple[str, ...]
    reference: str
    asked_at: float


class CloudFrontApi:
    """`invalidate` drops copies and names the invalidation; it is complete at once."""

    def __init__(
        self,
        *,
        distribution_arn: str,
        account: str,
        invalidate: Callable[[list[str]], str],
        now: Callable[[], float],
        faults: Faults,
    ) -> None:
        self._arn = distribution_arn
        self._account = account
        self._invalidate = invalidate
        self._now = now
        self._faults = faults
        self._batches: dict[str, Batch] = {}

    def request(self, asked: HttpRequest, who: Credentials, policies: tuple[Policy, ...]) -> tuple[int, bytes]:
        """Status and XML of the answer."""
        try:
            return self._serve(asked, who, policies)
        except Refusal as error:
            body = (
                f'<?xml version="1.0"?>\n<ErrorResponse xmlns="{space}"><Error><Type>Sender</Type>'
                f"<Code>{error.code}</Code><Message>{escape(str(error))}</Message></Error></ErrorResponse>"
            )
            return statuses[error.code], body.encode()

    def _serve(self, asked: HttpRequest, who: Credentials, policies: tuple[Policy, ...]) -> tuple[int, bytes]:
        found = re.fullmatch(r"/2020-05-31/distribution/([A-Z0-9]+)/invalidation(?:/([A-Z0-9]+))?", asked.path)
        if found is None or (asked.method, bool(found[2])) not in {("POST", False), ("GET", True)}:
            raise Refusal("InvalidArgument", f"The emulator's CloudFront does not do {asked.method} {asked.path}.")
        action = "cloudfront:CreateInvalidation" if asked.method == "POST" else "cloudfront:GetInvalidation"
        self._authorise(action, f"{self._arn.rsplit('/', 1)[0]}/{found[1]}", who, policies)
        if found[1] != self._arn.rsplit("/", 1)[1]:
            raise Refusal("NoSuchDistribution", "The specified distribution does not exist.")
        if found[2]:
            if found[2] not in self._batches:
                raise Refusal("NoSuchInvalidation", "The specified invalidation does not exist.")
            return 200, _told(self._batches[found[2]])
        return 201, _told(self._create(asked.body))

    def _authorise(self, action: str, resource: str, who: Credentials, policies: tuple[Policy, ...]) -> None:
        access = Access(action=action, resource=resource, principal=Principal(account=self._account, arn=who.role_arn))
        decision = decide(access, policies)
        if not decision.allowed:
            session = f"{who.role_arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/{who.session_name}"
            raise Refusal(
                "AccessDenied",
                f"User: {session} is not authorized to perform: {action} on resource: {resource} {decision.reason}",
            )

    def _create(self, body: bytes) -> Batch:
        items, reference = _read(body)
        for same in self._batches.values():
            if same.reference == reference:
                if same.items == items:
                    return same
                raise Refusal("InvalidArgument", "A different invalidation has this CallerReference already.")
        if self._faults.strikes("cloudfront.invalidation.throttled"):
            raise Refusal(
                "TooManyInvalidationsInProgress", "Processing your request will cause you to exceed the limit."
            )
        batch = Batch(id=self._invalidate(list(items)), items=items, reference=reference, asked_at=self._now())
        self._batches[batch.id] = batch
        return batch


def _read(body: bytes) -> tuple[tuple[str, ...], str]:
    try:
        document = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise Refusal("MalformedXML", "1 validation error detected: the body is no XML.") from error
    names = {"c": space}
    items = tuple(each.text or "" for each in document.findall("c:Paths/c:Items/c:Path", names))
    reference = document.findtext("c:CallerReference", "", names)
    if document.findtext("c:Paths/c:Quantity", "", names) != str(len(items)):
        raise Refusal("InconsistentQuantities", "The value of Quantity and the size of Items don't match.")
    if not items or not reference:
        raise Refusal("InvalidArgument", "Your request must name paths and a CallerReference.")
    if len(items) > invalidation_items_max:
        raise Refusal("BatchTooLarge", "Your request contains too many invalidation paths.")
    if not all(_is_item(each) for each in items):
        raise Refusal("InvalidArgument", "Your request contains one or more invalid invalidation paths.")
    return items, reference


def _is_item(item: str) -> bool:
    if item.startswith("#"):  # a cache tag. AWS "Invalidate by cache tags", read 2026-11
        return re.fullmatch(rf"#[\x21-\x2b\x2d-\x7e]{{1,{cache_tag_max_chars}}}", item) is not None
    return item.startswith("/") and len(item) <= invalidation_path_max_chars and not unsafe.search(item)


def _told(batch: Batch) -> bytes:
    when = datetime.fromtimestamp(batch.asked_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    paths = "".join(f"<Path>{escape(each)}</Path>" for each in batch.items)
    return (
        f'<?xml version="1.0"?>\n<Invalidation xmlns="{space}"><Id>{batch.id}</Id><Status>Completed</Status>'
        f"<CreateTime>{when}</CreateTime><InvalidationBatch><Paths><Quantity>{len(batch.items)}</Quantity>"
        f"<Items>{paths}</Items></Paths><CallerReference>{escape(batch.reference)}</CallerReference>"
        "</InvalidationBatch></Invalidation>"
    ).encode()
