"""What AWS would not take, and what the emulator does not honour, stops the start with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pulumi
import pytest

from emulator.program import Declared, Resource
from tests.chain_world import changed, sentence, with_resources
from tests.declared import stack

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def declared() -> Declared:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        return stack()


def without(kind: str, name: str) -> Callable[[Declared], Declared]:
    return lambda declared: with_resources(
        declared, lambda each: None if each.type.endswith(f":{kind}") and each.name == name else each
    )


def behavior(**settings: object) -> Callable[[dict], None]:
    return lambda inputs: inputs["defaultCacheBehavior"].update(settings)


def origin(**settings: object) -> Callable[[dict], None]:
    return lambda inputs: inputs["origins"][0].update(settings)


def group(name: str) -> dict[str, object]:
    members = [{"originId": "variants"}, {"originId": "originals"}]
    return {"originId": name, "failoverCriteria": {"statusCodes": [404]}, "members": members}


def groups(**settings: object) -> Callable[[dict], None]:
    return lambda inputs: inputs.update(originGroups=[{**group("g"), **settings}])


distribution_cases = {
    "a distribution that is off": (lambda it: it.update(enabled=False), "is not enabled"),
    "a distribution property that nobody reads": (lambda it: it.update(anycastIpListId="x"), "anycastIpListId"),
    "a key group that is not declared": (behavior(trustedKeyGroups=["G1"]), "names G1"),
    "forwarded values of old": (behavior(forwardedValues={"queryString": True}), "forwardedValues"),
    "a cache policy that is not declared": (behavior(cachePolicyId="nowhere"), "names nowhere"),
    "a request policy that is not declared": (behavior(originRequestPolicyId="nowhere"), "names nowhere"),
    "a headers policy that is not declared": (behavior(responseHeadersPolicyId="nowhere"), "names nowhere"),
    "methods that write": (
        behavior(allowedMethods=["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]),
        "honours GET and HEAD only",
    ),
    "an origin-request function": (
        behavior(lambdaFunctionAssociations=[{"eventType": "origin-request", "lambdaArn": "arn:x:1"}]),
        "runs origin-response only",
    ),
    "a viewer's function on an origin's event": (
        behavior(functionAssociations=[{"eventType": "origin-request", "functionArn": "arn:x"}]),
        "runs viewer-request, viewer-response only",
    ),
    "a viewer-response function that is not declared": (
        behavior(functionAssociations=[{"eventType": "viewer-response", "functionArn": "arn:x"}]),
        "names arn:x",
    ),
    "a Lambda function that is not declared": (
        behavior(
            lambdaFunctionAssociations=[
                {"eventType": "origin-response", "lambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:a:7"}
            ]
        ),
        "function:a:7, which the program does not declare",
    ),
    "a bucket's access control before a custom origin": (
        origin(customOriginConfig={"httpPort": 80}),
        "access control is s3, not lambda",
    ),
    "a custom origin that is asked without TLS": (
        origin(originAccessControlId="", customOriginConfig={"originProtocolPolicy": "http-only"}),
        "a Function URL speaks HTTPS",
    ),
    "an origin group of what is no origin": (
        groups(members=[{"originId": "variants"}, {"originId": "nowhere"}]),
        "has two of the distribution's origins",
    ),
    "an origin group without status codes": (groups(failoverCriteria={"statusCodes": []}), "no status codes"),
    "an access control that is not declared": (origin(originAccessControlId="nowhere"), "names nowhere"),
    "an error TTL below zero": (lambda it: it["customErrorResponses"][0].update(errorCachingMinTtl=-1), "TTL from 0"),
    "an error page without its status": (
        lambda it: it["customErrorResponses"][0].update(responsePagePath="/e.html"),
        "together with its response code",
    ),
    "origin groups": (lambda it: it.update(originGroups=[{"originId": "g"}]), "originGroups"),
}


@pytest.mark.parametrize("case", distribution_cases)
def test_a_distribution_is_refused_with_a_sentence(declared: Declared, tmp_path: Path, case: str) -> None:
    change, words = distribution_cases[case]
    assert words in sentence(changed(declared, "Distribution", "cdn", change), tmp_path)


def parameters(**settings: object) -> Callable[[dict], None]:
    return lambda inputs: inputs["parametersInCacheKeyAndForwardedToOrigin"].update(settings)


policy_cases = {
    "a cache policy without cookies": (
        "CachePolicy",
        "pictures",
        parameters(cookiesConfig=None),
        "has no cookiesConfig",
    ),
    "an access control for a function": (
        "OriginAccessControl",
        "buckets",
        lambda it: it.update(originAccessControlOriginType="lambda"),
        "access control is lambda, not s3",
    ),
    "a signing that keeps the viewer's": (
        "OriginAccessControl",
        "buckets",
        lambda it: it.update(signingBehavior="no-override"),
        "no-override",
    ),
    "a headers policy property that nobody reads": (
        "ResponseHeadersPolicy",
        "headers",
        lambda it: it.update(newThing={"a": 1}),
        "newThing",
    ),
    "a viewer function of 11 KB": (
        "Function",
        "viewer",
        lambda it: it.update(code="//" + "x" * 11_264 + "\n" + "function handler(event) { return event.request; }"),
        "FunctionSizeLimitExceeded",
    ),
    "a viewer function that is no JavaScript": (
        "Function",
        "viewer",
        lambda it: it.update(code="function handler( {"),
        "can be loaded",
    ),
    "a viewer function of the first runtime": (
        "Function",
        "viewer",
        lambda it: it.update(runtime="cloudfront-js-1.0"),
        "cloudfront-js-1.0",
    ),
    "a store that is not declared": (
        "Function",
        "viewer",
        lambda it: it.update(keyValueStoreAssociations=["arn:x"]),
        "one KeyValueStore",
    ),
    "a key of another store": (
        "KeyvaluestoreKey",
        "generate",
        lambda it: it.update(keyValueStoreArn="arn:x"),
        "names arn:x",
    ),
    "a lifecycle rule that would delete originals": (
        "BucketLifecycleConfiguration",
        "originals",
        lambda it: it["rules"].append({"id": "tidy", "status": "Enabled", "expiration": {"days": 90}}),
        "Lifecycle rule tidy of mirage-dev-originals-123456789012 would delete originals 90 days after their upload",
    ),
    "a bucket property that nobody reads": (
        "BucketVersioning",
        "originals",
        lambda it: it.update(mfa="x"),
        "mfa",
    ),
}


@pytest.mark.parametrize("case", policy_cases)
def test_a_policy_or_function_is_refused_with_a_sentence(declared: Declared, tmp_path: Path, case: str) -> None:
    kind, name, change, words = policy_cases[case]
    found = changed(_one_function(declared, kind), kind, name, change)
    assert words in sentence(found, tmp_path)


def _one_function(declared: Declared, kind: str) -> Declared:
    """CloudFront's and Lambda's functions bear the same last word: here the former are meant."""
    if kind != "Function":
        return declared
    return with_resources(declared, lambda each: each if _is_no_lambda(each) else _renamed(each))


def _is_no_lambda(each: Resource) -> bool:
    return each.type != "aws:lambda/function:Function"


def _renamed(each: Resource) -> Resource:
    return replace(each, name=f"{each.name}-lambda")


function_cases = {
    "variables of the environment": (lambda it: it.update(environment={"variables": {"A": "1"}}), "environment"),
    "code that is no zip": (lambda it: it.update(code=pulumi.FileArchive("nowhere.zip")), "no zip file"),
    "a role that is not declared": (lambda it: it.update(role="arn:aws:iam::123456789012:role/x"), "cannot be assumed"),
}


@pytest.mark.parametrize("case", function_cases)
def test_an_edge_function_is_refused_with_aws_reason(declared: Declared, tmp_path: Path, case: str) -> None:
    change, words = function_cases[case]

    def only_edge(each: Resource) -> Resource:
        if each.type == "aws:lambda/function:Function" and each.name == "edge":
            inputs = dict(each.inputs)
            change(inputs)
            return replace(each, inputs=inputs)
        return each

    assert words.lower() in sentence(with_resources(declared, only_edge), tmp_path).lower()


def test_a_missing_permission_is_refused_as_s3_does(declared: Declared, tmp_path: Path) -> None:
    assert "may not invoke" in sentence(without("Permission", "original-changed")(declared), tmp_path)


def test_two_distributions_are_refused(declared: Declared, tmp_path: Path) -> None:
    cdn = declared.one("aws:cloudfront/distribution:Distribution", "cdn")
    both = replace(declared, resources=(*declared.resources, cdn))
    assert sentence(both, tmp_path) == "Expected one distribution, the program declares 2."


def test_an_unknown_resource_type_is_named(declared: Declared, tmp_path: Path) -> None:
    table = SimpleNamespace(type="aws:dynamodb/table:Table", name="users", inputs={}, outputs={}, id="users")
    more = replace(declared, resources=(*declared.resources, table))
    assert sentence(more, tmp_path) == "The emulator does not honour aws:dynamodb/table:Table (users)."


def test_the_stack_as_it_is_starts(declared: Declared, tmp_path: Path) -> None:
    assert sentence(declared, tmp_path) == ""
