"""Who may do what: nothing is public, everything is over TLS, and each role has what its code asks for and no more."""

from __future__ import annotations

import json

import pytest

from emulator.made_up import account
from tests.declared import bucket_policy, custom, distribution_type, listed, policy, role_policy, stack

originals = "arn:aws:s3:::mirage-dev-originals-123456789012"
variants = "arn:aws:s3:::mirage-dev-variants-123456789012"
role_type = "aws:iam/role:Role"


def statements(document: dict, effect: str) -> list[dict]:
    return [each for each in document["Statement"] if each["Effect"] == effect]


def granted(document: dict) -> set[tuple[str, str]]:
    """Every action of a policy with every resource that it is allowed on."""
    return {
        (action, resource)
        for each in statements(document, "Allow")
        for action in listed(each["Action"])
        for resource in listed(each["Resource"])
    }


def test_the_edge_may_do_what_its_code_asks_for():
    assert granted(role_policy("edge")) == {
        ("s3:GetObject", f"{originals}/*"),
        ("s3:ListBucket", originals),
        ("s3:ListBucket", variants),
        ("s3:GetObject", f"{variants}/v/*"),
        ("s3:PutObject", f"{variants}/v/*"),
        ("s3:DeleteObject", f"{variants}/v/*"),
        ("s3:GetObject", f"{variants}/sidecar/*"),
        ("lambda:InvokeFunction", f"arn:aws:lambda:eu-central-1:{account}:function:mirage-dev-original-changed"),
        *(
            (action, f"arn:aws:logs:*:{account}:log-group:/aws/lambda/us-east-1.mirage-dev-edge:*")
            for action in ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
        ),
    }


def test_settings_of_the_origin_give_it_rights_and_no_others():
    more = granted(role_policy("original-changed", quarantine="true", notifications="true", eventBridge="true"))
    assert more - granted(role_policy("original-changed")) == {
        ("s3:PutObject", f"{variants}/quarantine/*"),
        ("s3:PutObjectTagging", f"{variants}/quarantine/*"),
        ("s3:DeleteObject", f"{originals}/*"),
        ("s3:GetObjectTagging", f"{originals}/*"),
        ("s3:PutObject", f"{originals}/*"),
        ("sns:Publish", f"arn:aws:sns:eu-central-1:{account}:mirage-dev-notifications"),
    }


def test_rules_of_eventbridge_are_let_in_by_their_names_only_where_the_setting_says_so():
    permission = stack(eventBridge="true").one("aws:lambda/permission:Permission", "original-changed-rules")
    assert permission.inputs["sourceArn"] == f"arn:aws:events:eu-central-1:{account}:rule/mirage-dev-*"
    assert len(stack().of("aws:lambda/permission:Permission")) == 1


def test_the_origin_may_do_what_its_code_asks_for():
    notes = f"arn:aws:sqs:eu-central-1:{account}:mirage-dev-notes"
    distribution_arn = stack().one(distribution_type, "cdn").outputs["arn"]
    group = f"arn:aws:logs:eu-central-1:{account}:log-group:/aws/lambda/mirage-dev-original-changed:*"
    assert granted(role_policy("original-changed")) == {
        ("s3:GetObject", f"{originals}/*"),
        ("s3:ListBucket", originals),
        ("s3:ListBucket", variants),
        ("s3:PutObject", f"{originals}/_mirage/requests/*"),
        *(
            (f"s3:{action}Object", f"{variants}/{prefix}/*")
            for action in ("Get", "Put", "Delete")
            for prefix in ("v", "sidecar")
        ),
        ("s3:GetObject", f"{variants}/lease/invalidations.json"),
        ("s3:PutObject", f"{variants}/lease/invalidations.json"),
        ("sqs:SendMessage", notes),
        ("sqs:SendMessage", f"arn:aws:sqs:eu-central-1:{account}:mirage-dev-failed"),
        ("sqs:ReceiveMessage", notes),
        ("sqs:DeleteMessage", notes),
        ("sqs:GetQueueAttributes", notes),
        ("s3:GetObject", f"{variants}/page/_mirage/page/originals.json"),
        ("s3:GetObject", f"{variants}/page/index.html"),
        ("s3:PutObject", f"{variants}/page/_mirage/page/originals.json"),
        ("cloudfront:CreateInvalidation", distribution_arn),
        ("logs:CreateLogStream", group),
        ("logs:PutLogEvents", group),
    }


@pytest.mark.parametrize("name", ["edge", "original-changed"])
def test_no_role_has_a_star_for_an_action_or_for_every_resource(name):
    for action, resource in granted(role_policy(name)):
        assert "*" not in action
        assert resource.startswith("arn:aws:")
        assert resource.count(":") >= 5
        assert resource.split(":", 5)[5] not in ("", "*")


@pytest.mark.parametrize(
    ("name", "services"),
    [("edge", ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]), ("original-changed", ["lambda.amazonaws.com"])],
)
def test_a_role_is_assumed_by_its_services_only(name, services):
    document = json.loads(stack().one(role_type, name).inputs["assumeRolePolicy"])
    assert document["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
    ]


@pytest.mark.parametrize("name", ["originals", "variants"])
def test_a_bucket_lets_in_one_distribution_and_nobody_else(name):
    distribution_arn = stack().one(distribution_type, "cdn").outputs["arn"]
    for each in statements(bucket_policy(name), "Allow"):
        assert each["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert each["Condition"] == {"StringEquals": {"AWS:SourceArn": distribution_arn}}


def test_cloudfront_gets_variants_and_the_page_and_lists_so_that_missing_is_404():
    assert granted(bucket_policy("variants")) == {
        ("s3:GetObject", f"{variants}/v/*"),
        ("s3:GetObject", f"{variants}/page/*"),
        ("s3:ListBucket", variants),
    }


def test_without_the_page_cloudfront_gets_variants_only():
    assert granted(bucket_policy("variants", playground="false")) == {
        ("s3:GetObject", f"{variants}/v/*"),
        ("s3:ListBucket", variants),
    }


def test_cloudfront_gets_files_from_the_originals_but_not_what_is_mirages_own():
    document = bucket_policy("originals")
    assert granted(document) == {("s3:GetObject", f"{originals}/*"), ("s3:ListBucket", originals)}
    assert {
        "Sid": "NeverServed",
        "Effect": "Deny",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"{originals}/_mirage/*",
    } in document["Statement"]


@pytest.mark.parametrize(("name", "arn"), [("originals", originals), ("variants", variants)])
def test_a_bucket_refuses_what_comes_without_tls(name, arn):
    assert {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    } in bucket_policy(name)["Statement"]


@pytest.mark.parametrize("name", ["originals", "variants"])
def test_a_bucket_is_private_encrypted_and_without_acls(name):
    found = stack()
    block = found.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name).inputs
    switches = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [block[switch] for switch in switches] == [True] * 4
    ownership = found.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls", name).inputs
    assert ownership["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    kind = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    rules = found.one(kind, name).inputs["rules"]
    assert rules == [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]


def test_the_notification_waits_for_its_permission():
    found = stack()
    notification = found.one("aws:s3/bucketNotification:BucketNotification", "originals")
    permission = found.one("aws:lambda/permission:Permission", "original-changed")
    assert permission.urn in notification.depends_on
    assert permission.inputs == {
        "action": "lambda:InvokeFunction",
        "function": "mirage-dev-original-changed",
        "principal": "s3.amazonaws.com",
        "sourceArn": originals,
        "sourceAccount": account,
    }


adopted = {"originalsBucket": "team-pictures"}


def test_of_an_adopted_bucket_nothing_is_managed():
    managed = [
        each.type
        for each in custom(stack(**adopted))
        if "team-pictures" in (each.inputs.get("bucket"), each.name) or each.name == "originals"
    ]
    assert managed == []


def test_an_adopted_bucket_is_read_so_that_a_missing_one_stops_the_preview():
    found = stack(**adopted).one("aws:s3/bucket:Bucket", "originals")
    assert (found.is_external, found.id) == (True, "team-pictures")


def test_what_to_merge_into_an_adopted_bucket_is_printed():
    found = stack(**adopted)
    document = json.loads(found.outputs["mergeBucketPolicy"])
    assert {each["Sid"] for each in document["Statement"]} == {"CloudFrontReads", "MissingIs404", "NeverServed"}
    notification = json.loads(found.outputs["mergeBucketNotification"])
    function_arn = f"arn:aws:lambda:eu-central-1:{account}:function:mirage-dev-original-changed"
    assert notification["LambdaFunctionConfigurations"][0]["LambdaFunctionArn"] == function_arn
    assert any("merge the outputs mergeBucketPolicy and mergeBucketNotification" in said for said in found.messages)


def test_the_edge_reads_an_adopted_bucket():
    assert ("s3:GetObject", "arn:aws:s3:::team-pictures/*") in granted(role_policy("edge", **adopted))


def test_no_policy_of_ours_allows_everybody():
    found = stack()
    kinds = ("aws:s3/bucketPolicy:BucketPolicy", "aws:iam/rolePolicy:RolePolicy")
    documents = [policy(kind, each.name) for kind in kinds for each in found.of(kind)]
    assert len(documents) == 5
    for document in documents:
        for each in statements(document, "Allow"):
            assert each.get("Principal") != "*"
            assert {"NotPrincipal", "NotAction", "NotResource"} & set(each) == set()


def test_a_job_of_batch_operations_reads_its_manifest_and_calls_one_function():
    assert granted(role_policy("bulk")) == {
        ("s3:GetObject", f"{originals}/_mirage/batch/*"),
        ("s3:GetObjectVersion", f"{originals}/_mirage/batch/*"),
        ("s3:PutObject", f"{originals}/_mirage/batch/reports/*"),
        ("lambda:InvokeFunction", f"arn:aws:lambda:eu-central-1:{account}:function:mirage-dev-original-changed"),
    }
