"""An AWS account that holds only records: what exists, what refers to what, and what it therefore refuses.

Kept in a file, since every run of the engine starts a process of its own. Each refusal has AWS's own name.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from emulator.answers import known_types
from tests.engine.facts import digest, publishing

function_type = "aws:lambda/function:Function"
distribution_type = "aws:cloudfront/distribution:Distribution"
edge_region = "us-east-1"
unfit = "InvalidParameterValueException"
control_type = "aws:cloudfront/originAccessControl:OriginAccessControl"


class Refused(Exception):
    """AWS says no. Its text is what a person would read."""


@dataclass(slots=True)
class Thing:
    """Something that exists: `state` are its outputs, its inputs among them, secrets still wrapped in `sealed`."""

    kind: str
    id: str
    urn: str
    region: str
    state: dict[str, object]
    sealed: dict[str, object] = field(default_factory=dict)


# What makes two of a kind the same one for AWS, beside the kind. Without an entry, AWS makes up the id.
identities: Mapping[str, tuple[str, ...]] = {
    "aws:cloudfront/cachePolicy:CachePolicy": ("name",),
    "aws:cloudfront/function:Function": ("name",),
    "aws:cloudfront/keyGroup:KeyGroup": ("name",),
    "aws:cloudfront/keyValueStore:KeyValueStore": ("name",),
    "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": ("keyValueStoreArn", "key"),
    "aws:cloudfront/originAccessControl:OriginAccessControl": ("name",),
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": ("name",),
    "aws:cloudfront/publicKey:PublicKey": ("name",),
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": ("name",),
    "aws:cloudwatch/dashboard:Dashboard": ("dashboardName",),
    "aws:cloudwatch/logGroup:LogGroup": ("region", "name"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("region", "name"),
    "aws:iam/role:Role": ("name",),
    "aws:iam/rolePolicy:RolePolicy": ("role", "name"),
    "aws:lambda/eventSourceMapping:EventSourceMapping": ("functionName", "eventSourceArn"),
    function_type: ("region", "name"),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ("region", "functionName", "qualifier"),
    "aws:lambda/permission:Permission": ("region", "function", "statementId"),
    "aws:s3/bucket:Bucket": ("bucket",),
    "aws:sns/topic:Topic": ("region", "name"),
    "aws:sqs/queue:Queue": ("region", "name"),
    "aws:wafv2/webAcl:WebAcl": ("region", "name"),
}
# Who is refused while something still names it: by id or ARN, in the inputs of these.
held_by: Mapping[str, tuple[str, ...]] = {
    "aws:cloudfront/cachePolicy:CachePolicy": (distribution_type,),
    "aws:cloudfront/function:Function": (distribution_type,),
    "aws:cloudfront/keyGroup:KeyGroup": (distribution_type,),
    "aws:cloudfront/keyValueStore:KeyValueStore": ("aws:cloudfront/function:Function",),
    "aws:cloudfront/originAccessControl:OriginAccessControl": (distribution_type,),
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": (distribution_type,),
    "aws:cloudfront/publicKey:PublicKey": ("aws:cloudfront/keyGroup:KeyGroup",),
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": (distribution_type,),
    "aws:acm/certificate:Certificate": (distribution_type,),
    "aws:wafv2/webAcl:WebAcl": (distribution_type,),
}
# What must exist already: the input that names it, and the kind whose id or ARN it is.
needs: Mapping[str, tuple[tuple[str, str], ...]] = {
    "aws:iam/rolePolicy:RolePolicy": (("role", "aws:iam/role:Role"),),
    function_type: (("role", "aws:iam/role:Role"),),
    "aws:lambda/permission:Permission": (("function", function_type),),
    "aws:lambda/functionUrl:FunctionUrl": (("functionName", function_type),),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (("functionName", function_type),),
    "aws:lambda/eventSourceMapping:EventSourceMapping": (
        ("functionName", function_type),
        ("eventSourceArn", "aws:sqs/queue:Queue"),
    ),
    "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": (
        ("keyValueStoreArn", "aws:cloudfront/keyValueStore:KeyValueStore"),
    ),
    **{
        f"aws:s3/{name[0].lower()}{name[1:]}:{name}": (("bucket", "aws:s3/bucket:Bucket"),)
        for name in (
            *("BucketLifecycleConfiguration", "BucketNotification", "BucketObjectv2", "BucketOwnershipControls"),
            *("BucketPolicy", "BucketPublicAccessBlock", "BucketServerSideEncryptionConfiguration", "BucketVersioning"),
        )
    },
}


class Account:
    """The account's records. Every method that changes something writes the file."""

    def __init__(self, path: Path, region: str) -> None:
        self.path, self.region = path, region
        self.lock = threading.RLock()
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self.things = {key: Thing(**each) for key, each in kept.get("things", {}).items()}
        self.versions: dict[str, int] = kept.get("versions", {})
        self.replicated: list[str] = kept.get("replicated", [])
        self.contents: dict[str, list[str]] = kept.get("contents", {})
        self.calls: list[list[str]] = kept.get("calls", [])
        # By type, what AWS says once to whoever makes or changes one.
        self.refusing: dict[str, str] = kept.get("refusing", {})

    def save(self) -> None:
        things = {
            key: {name: getattr(each, name) for name in Thing.__slots__} for key, each in sorted(self.things.items())
        }
        names = ("versions", "replicated", "contents", "calls", "refusing")
        text = json.dumps({"things": things, **{name: getattr(self, name) for name in names}})
        fresh = self.path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.path)

    def of(self, *kinds: str) -> Iterator[Thing]:
        return (each for each in self.things.values() if each.kind in kinds)

    def found(self, kind: str, wanted: object) -> Thing | None:
        """The thing of a kind by its id, ARN or name."""
        names = ("arn", "name", "url", "invokeArn", "bucket")
        return next((each for each in self.of(kind) if wanted in (each.id, *map(each.state.get, names))), None)

    def make(self, kind: str, name: str, urn: str, inputs: dict[str, object]) -> Thing:
        """A new thing. Raises Refused as AWS would."""
        region = str(inputs.get("region") or self.region)
        self._refuse_twice(kind, inputs, region)
        self.refuse_unready(kind, inputs, region)
        if kind not in known_types:
            raise Refused(f"the stand-in cannot make {kind}: add it to emulator/answers.py")
        answers = dict(known_types[kind](name, inputs, region))
        thing_id = str(answers.pop("id", name))
        # Made-up ids are the same for the same name: where another stack has it already, this one's is another.
        made_up = thing_id if f"{kind} {thing_id}" in self.things else ""
        if not made_up and any(answers.get("arn") == each.state.get("arn", self) for each in self.of(kind)):
            made_up = str(answers["arn"]).rpartition("/")[2]
        if made_up:
            fresh = made_up[:4] + digest(urn)[: len(made_up) - 4].upper()
            answers = {key: _swapped(value, made_up, fresh) for key, value in answers.items()}
            thing_id = str(_swapped(thing_id, made_up, fresh))
        thing = Thing(kind=kind, id=thing_id, urn=urn, region=region, state={**answers, **inputs})
        if kind == function_type:
            self.versions[str(answers["arn"])] = 1
        if kind == "aws:cloudfront/publicKey:PublicKey":
            thing.state["callerReference"] = digest(urn)[:8]
        self._keep(thing)
        return thing

    def change(self, thing: Thing, inputs: dict[str, object], differing: list[str]) -> Thing:
        """The thing with other inputs; a published function has one version more."""
        self.refuse_unready(thing.kind, inputs, thing.region)
        gone = [name for name in differing if name not in inputs]
        thing.state = {name: value for name, value in thing.state.items() if name not in gone} | inputs
        if thing.kind == function_type and inputs.get("publish") and set(differing) & publishing:
            arn = str(thing.state["arn"])
            self.versions[arn] += 1
            thing.state |= {"version": str(self.versions[arn]), "qualifiedArn": f"{arn}:{self.versions[arn]}"}
        self._keep(thing)
        return thing

    def remove(self, kind: str, thing_id: str, state: Mapping[str, object]) -> None:
        """Takes a thing away; what the state says of it decides, as with the provider. Raises Refused."""
        thing = self.things.get(f"{kind} {thing_id}")
        if thing is None:
            return
        self._refuse_held(thing)
        if kind == function_type:
            if state.get("skipDestroy"):
                return
            if thing.state["arn"] in self.replicated:
                arn = thing.state["arn"]
                raise Refused(f"{unfit}: Lambda was unable to delete {arn} because it is a replicated function.")
        if kind == "aws:s3/bucket:Bucket":
            if self.contents.get(thing_id) and not state.get("forceDestroy"):
                raise Refused(f"BucketNotEmpty: The bucket you tried to delete is not empty: {thing_id}")
            self.contents.pop(thing_id, None)
        del self.things[f"{kind} {thing_id}"]
        self.save()

    def _keep(self, thing: Thing) -> None:
        self.things[f"{thing.kind} {thing.id}"] = thing
        if thing.kind == distribution_type:
            functions = {str(each.state["arn"]) for each in self.of(function_type)}
            named = {arn.rpartition(":")[0] for arn in _texts(thing.state) if ":function:" in arn}
            self.replicated = sorted({*self.replicated, *(named & functions)})
        self.save()

    def _refuse_twice(self, kind: str, inputs: Mapping[str, object], region: str) -> None:
        names = identities.get(kind)
        if names is None:
            return
        wanted = [inputs.get(name) or (region if name == "region" else None) for name in names]
        for each in self.of(kind):
            if [each.region if name == "region" else each.state.get(name) for name in names] == wanted:
                raise Refused(f"AlreadyExists: {kind.rpartition(':')[2]} {' '.join(map(str, wanted))}")

    def _refuse_held(self, thing: Thing) -> None:
        names = {thing.id, thing.state.get("arn")} - {None, ""}
        for holder in self.of(*held_by.get(thing.kind, ())):
            if names & set(_texts(holder.state)):
                kind = thing.kind.rpartition(":")[2]
                raise Refused(f"{kind}InUse: {thing.id} is in use by {holder.id}")
        if thing.kind == "aws:iam/role:Role" and any(
            each.state["role"] == thing.id for each in self.of("aws:iam/rolePolicy:RolePolicy")
        ):
            raise Refused(f"DeleteConflict: Cannot delete entity, must delete policies first: {thing.id}")

    def refuse_unready(self, kind: str, inputs: Mapping[str, object], region: str) -> None:
        """Raises Refused where something that AWS looks for while it takes this is not there yet."""
        if kind in self.refusing:
            text = self.refusing.pop(kind)
            self.save()
            raise Refused(text)
        for name, other in needs.get(kind, ()):
            if self.found(other, inputs[name]) is None:
                raise Refused(f"NotFound: {other.rpartition(':')[2]} {inputs[name]} does not exist")
        refuse = refusals.get(kind)
        if refuse:
            refuse(self, inputs, region)

    def allows(self, role_arn: object, action: str, resource: object) -> bool:
        """Whether a policy of the role says so."""
        name = str(role_arn).rpartition("/")[2]
        for policy in self.of("aws:iam/rolePolicy:RolePolicy"):
            if policy.state["role"] == name:
                for each in json.loads(str(policy.state["policy"]))["Statement"]:
                    actions, resources = _listed(each["Action"]), _listed(each["Resource"])
                    if any(fnmatchcase(action, one) for one in actions) and any(
                        fnmatchcase(str(resource), one) for one in resources
                    ):
                        return True
        return False


def _refuse_distribution(account: Account, inputs: Mapping[str, object], region: str) -> None:
    groups = inputs.get("originGroups") or []
    origins = {each["originId"] for each in (*inputs["origins"], *groups)}
    for origin in inputs["origins"]:
        _must_exist(
            account, "aws:cloudfront/originAccessControl:OriginAccessControl", origin.get("originAccessControlId")
        )
    for behavior in [inputs["defaultCacheBehavior"], *inputs.get("orderedCacheBehaviors", [])]:
        if behavior["targetOriginId"] not in origins:
            raise Refused(f"InvalidArgument: no origin {behavior['targetOriginId']}")
        for name, kind in (
            ("cachePolicyId", "aws:cloudfront/cachePolicy:CachePolicy"),
            ("originRequestPolicyId", "aws:cloudfront/originRequestPolicy:OriginRequestPolicy"),
            ("responseHeadersPolicyId", "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"),
        ):
            _must_exist(account, kind, behavior.get(name))
        for group in behavior.get("trustedKeyGroups", []):
            _must_exist(account, "aws:cloudfront/keyGroup:KeyGroup", group)
        for each in behavior.get("functionAssociations", []):
            _must_exist(account, "aws:cloudfront/function:Function", each["functionArn"])
        for each in behavior.get("lambdaFunctionAssociations", []):
            _refuse_edge(account, each["lambdaArn"])
    _must_exist(account, "aws:wafv2/webAcl:WebAcl", inputs.get("webAclId"))


def _refuse_edge(account: Account, version_arn: str) -> None:
    arn, _, version = version_arn.rpartition(":")
    function = account.found(function_type, arn)
    if function is None or not version.isdigit() or int(version) > account.versions.get(arn, 0):
        raise Refused(f"InvalidLambdaFunctionAssociation: no published version {version_arn}")
    lacking = [name for name in ("environment", "vpcConfig", "layers") if function.state.get(name)]
    if function.region != edge_region or lacking or function.state.get("architectures") not in (None, ["x86_64"]):
        raise Refused(f"InvalidLambdaFunctionAssociation: {arn} is not fit for the edge {lacking}")
    role = account.found("aws:iam/role:Role", function.state["role"])
    if role is None or "edgelambda.amazonaws.com" not in str(role.state["assumeRolePolicy"]):
        raise Refused("InvalidLambdaFunctionAssociation: edgelambda.amazonaws.com must be able to assume the role")


def _refuse_notification(account: Account, inputs: Mapping[str, object], region: str) -> None:
    permissions = [each for each in account.of("aws:lambda/permission:Permission") if "s3." in each.state["principal"]]
    for each in inputs.get("lambdaFunctions", []):
        function = account.found(function_type, each["lambdaFunctionArn"])
        let_in = [account.found(function_type, one.state["function"]) for one in permissions]
        if function is None or function not in let_in:
            raise Refused("InvalidArgument: Unable to validate the following destination configurations")


def _refuse_mapping(account: Account, inputs: Mapping[str, object], region: str) -> None:
    function = account.found(function_type, inputs["functionName"])
    if not account.allows(function.state["role"], "sqs:ReceiveMessage", inputs["eventSourceArn"]):
        raise Refused(f"{unfit}: The function execution role does not have permissions to call ReceiveMessage on SQS")


def _refuse_destination(account: Account, inputs: Mapping[str, object], region: str) -> None:
    function = account.found(function_type, inputs["functionName"])
    wanted = (inputs.get("destinationConfig") or {}).get("onFailure", {}).get("destination")
    if wanted and not account.allows(function.state["role"], "sqs:SendMessage", wanted):
        raise Refused(f"{unfit}: The function execution role does not have permissions to call SendMessage on SQS")


def _refuse_redrive(account: Account, inputs: Mapping[str, object], region: str) -> None:
    if inputs.get("redrivePolicy"):
        _must_exist(account, "aws:sqs/queue:Queue", json.loads(str(inputs["redrivePolicy"]))["deadLetterTargetArn"])


def _refuse_viewer(account: Account, inputs: Mapping[str, object], region: str) -> None:
    for arn in inputs.get("keyValueStoreAssociations", []):
        _must_exist(account, "aws:cloudfront/keyValueStore:KeyValueStore", arn)
    if len(str(inputs["code"]).encode()) > 10_240:
        raise Refused("FunctionSizeLimitExceeded: the function is larger than 10 KB")


def _refuse_far(account: Account, inputs: Mapping[str, object], region: str) -> None:
    if inputs.get("scope") == "CLOUDFRONT" and region != edge_region:
        raise Refused("WAFInvalidParameterException: The scope is not valid")


def _must_exist(account: Account, kind: str, wanted: object) -> None:
    if wanted and account.found(kind, wanted) is None:
        raise Refused(f"NotFound: {kind.rpartition(':')[2]} {wanted} does not exist")


refusals = {
    distribution_type: _refuse_distribution,
    "aws:s3/bucketNotification:BucketNotification": _refuse_notification,
    "aws:lambda/eventSourceMapping:EventSourceMapping": _refuse_mapping,
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": _refuse_destination,
    "aws:sqs/queue:Queue": _refuse_redrive,
    "aws:cloudfront/function:Function": _refuse_viewer,
    "aws:wafv2/webAcl:WebAcl": _refuse_far,
}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value


def _swapped(value: object, old: str, new: str) -> object:
    return value.replace(old, new).replace(old.lower(), new.lower()) if isinstance(value, str) else value


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
