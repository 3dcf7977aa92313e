"""The rest of what the stack is made of: buckets, functions, logs, the page, the switch, and what it prints."""

from __future__ import annotations

import json
import zipfile

import pytest

from emulator.program import declare
from infra.configuration.config import ConfigError
from infra.viewer import composed, composing
from infra.viewer.config import ViewerConfig
from origin.region import Chosen, chosen_from
from tests.declared import stack
from variants import settings

lambda_type = "aws:lambda/function:Function"
lifecycle_type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
log_group_type = "aws:cloudwatch/logGroup:LogGroup"
tags = {"mirage:project": "mirage", "mirage:stack": "dev"}


def test_the_edge_function_is_as_lambda_edge_demands():
    found = stack().one(lambda_type, "edge").inputs
    said = {name: value for name, value in found.items() if name not in ("code", "role")}
    assert said == {
        "name": "mirage-dev-edge",
        "region": "us-east-1",
        "runtime": "python3.13",
        "architectures": ["x86_64"],
        "handler": "edge.entrance.handler",
        "memorySize": 1769,
        "timeout": 30,
        "publish": True,
        "skipDestroy": True,
        "tags": tags,
    }


def test_the_regional_function_knows_its_distribution():
    found = stack()
    function = found.one(lambda_type, "original-changed").inputs
    told = function["environment"]["variables"]
    assert set(told) == {"DISTRIBUTION_ID", "FRESHNESS", "NOTES_QUEUE"}
    assert told["DISTRIBUTION_ID"] == found.outputs["distributionId"]
    assert told["NOTES_QUEUE"] == "https://sqs.eu-central-1.amazonaws.com/123456789012/mirage-dev-notes"
    assert chosen_from(told["FRESHNESS"]) == Chosen(second_sweep_s=5, invalidations_per_minute=1000, pregenerate=[])
    assert (function["handler"], function["runtime"]) == ("origin.original_changed.handler", "python3.13")
    assert "region" not in function


def test_settings_are_baked_into_both_zips():
    for name in ("edge", "original-changed"):
        path = stack().one(lambda_type, name).inputs["code"].path
        with zipfile.ZipFile(path) as archive:
            baked = settings.from_json(archive.read("settings.json").decode())
        assert (baked.region, baked.redirect, baked.debug) == ("eu-central-1", "key", True)
        assert baked.originals_bucket == "mirage-dev-originals-123456789012"
        assert baked.variants_bucket == "mirage-dev-variants-123456789012"


def test_originals_are_versioned():
    found = stack().one("aws:s3/bucketVersioning:BucketVersioning", "originals").inputs
    assert found["versioningConfiguration"] == {"status": "Enabled"}


def test_variants_expire_by_prefix_and_half_uploads_are_aborted():
    rules = stack().one(lifecycle_type, "variants").inputs["rules"]
    assert {each["id"]: each["filter"] for each in rules} == {
        "incomplete-uploads": {"prefix": ""},
        "variants": {"prefix": "v/"},
        "leases": {"prefix": "lease/"},
        "quarantine": {"prefix": "quarantine/"},
    }
    assert {each["id"]: each["expiration"]["days"] for each in rules if "expiration" in each} == {
        "variants": 7,
        "leases": 1,
        "quarantine": 7,
    }
    assert rules[0]["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
    assert {each["status"] for each in rules} == {"Enabled"}


def test_previous_versions_of_originals_are_kept_unless_a_setting_says_otherwise():
    assert [each["id"] for each in stack().one(lifecycle_type, "originals").inputs["rules"]] == ["incomplete-uploads"]
    found = stack(previousVersionDays="14").one(lifecycle_type, "originals").inputs["rules"]
    assert found[1]["noncurrentVersionExpiration"] == {"noncurrentDays": 14}
    assert "expiration" not in found[1]


@pytest.mark.parametrize("protect", ["true", "false"])
def test_a_protected_originals_bucket_is_not_destroyed(protect):
    found = stack(protect=protect)
    assert found.one("aws:s3/bucket:Bucket", "originals").is_protected == (protect == "true")
    assert not found.one("aws:s3/bucket:Bucket", "variants").is_protected


@pytest.mark.parametrize("forced", ["true", "false"])
def test_buckets_with_content_are_destroyed_only_where_the_stack_was_told(forced):
    found = stack(forceDestroy=forced)
    told = {each.name: each.inputs["forceDestroy"] for each in found.of("aws:s3/bucket:Bucket")}
    assert told == {"originals": forced == "true", "variants": forced == "true"}


def test_log_groups_are_made_where_the_edge_runs_before_it_runs():
    found = stack()
    group = found.one(log_group_type, "edge-logs-eu-central-1")
    assert group.inputs == {
        "name": "/aws/lambda/us-east-1.mirage-dev-edge",
        "region": "eu-central-1",
        "retentionInDays": 7,
        "tags": tags,
    }
    assert group.urn in found.one(lambda_type, "edge").depends_on


def test_log_groups_stand_in_the_regions_that_the_setting_names():
    found = stack(logRegions='["auto", "us-east-1", "eu-central-1"]').of(log_group_type)
    assert [each.inputs["region"] for each in found if each.name.startswith("edge")] == ["eu-central-1", "us-east-1"]


def test_the_kill_switch_is_on_at_first_and_no_deploy_changes_it_back():
    key = stack().one("aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey", "generate")
    assert (key.inputs["key"], key.inputs["value"], key.ignored_changes) == ("generate", "on", ("value",))


def test_the_viewer_function_is_named_by_its_content():
    function = stack().one("aws:cloudfront/function:Function", "viewer").inputs
    other = stack(debug="false").one("aws:cloudfront/function:Function", "viewer").inputs
    assert function["name"].startswith("mirage-dev-viewer-")
    assert (function["name"] == other["name"]) == (function["code"] == other["code"])
    assert (function["runtime"], function["publish"]) == ("cloudfront-js-2.0", True)
    store = stack().one("aws:cloudfront/keyValueStore:KeyValueStore", "viewer").outputs["arn"]
    assert function["keyValueStoreAssociations"] == [store]


def test_the_page_is_uploaded_with_its_content_types():
    found = {each.inputs["key"]: each.inputs for each in stack().of("aws:s3/bucketObjectv2:BucketObjectv2")}
    assert found["page/index.html"]["contentType"] == "text/html; charset=utf-8"
    assert {each["bucket"] for each in found.values()} == {"mirage-dev-variants-123456789012"}
    scripts = [each for key, each in found.items() if key.endswith(".js")]
    assert {each["contentType"] for each in scripts} == {"text/javascript; charset=utf-8"}


def test_without_the_page_nothing_is_uploaded():
    assert stack(playground="false").of("aws:s3/bucketObjectv2:BucketObjectv2") == ()


def test_outputs_are_what_a_person_needs():
    found = stack().outputs
    domain = stack().one("aws:cloudfront/distribution:Distribution", "cdn").outputs["domainName"]
    assert found["url"] == f"https://{domain}"
    assert found["originalsBucket"] == "mirage-dev-originals-123456789012"
    assert found["variantsBucket"] == "mirage-dev-variants-123456789012"
    assert found["upload"] == "aws s3 sync pictures s3://mirage-dev-originals-123456789012 --region eu-central-1"
    assert found["variantsBound"] == "about 10^64"


def test_outputs_are_what_the_command_line_needs():
    found = stack(presets=json.dumps(["card w=300&h=200&fit=cover"]), access=json.dumps(["presets /team/"])).outputs
    assert found["region"] == "eu-central-1"
    assert found["viewerFunction"].startswith("mirage-dev-viewer-")
    assert found["keyValueStore"].startswith("arn:aws:cloudfront::123456789012:key-value-store/")
    assert found["originalChangedFunction"] == "mirage-dev-original-changed"
    assert found["presets"] == {"card": "w=300,h=200,fit=cover"}
    assert found["access"] == {"/team/": "presets"}


def test_the_dev_stack_says_how_open_it_is():
    said = "\n".join(stack().messages)
    assert "A stack for development: viewers may ask for every size and every option (sizes, openOptions)" in said
    assert "answers show how a URL was understood (debug)" in said
    assert "= variants of one original" in said
    assert "of 10,240 bytes, made of table" in said


public = {"sizes": "ladder", "openOptions": json.dumps(["w", "h", "fit", "f", "dpr", "p", "v"])}


def test_the_defaults_give_the_contracts_bound():
    """1,355 boxes × 8 formats, and json; twice with v (url-contract, "How many variants can there be")."""
    assert stack(**public, acceptUnbounded="false").outputs["variantsBound"] == 21_682


def test_more_variants_than_anybody_accepted_stop_the_preview():
    with pytest.raises(ConfigError, match=r"^Expected at most 25,000 variants of one original that anybody can create"):
        declare("dev", config={"acceptUnbounded": "false"}, preview=True)


def test_what_the_viewer_function_cannot_hold_stops_the_preview():
    presets = [f"preset-with-a-long-name-{n} w={n + 1}&h={n + 2}&fit=cover&q=70" for n in range(20)]
    dialects = ["imgix", "cloudflare", "aws", "cdn-cgi", "next", "aws-json"]
    wanted = {"presets": json.dumps(presets), "dialect": json.dumps(dialects)}
    with pytest.raises(ConfigError, match=r"^Expected a viewer function of at most 10240 bytes"):
        declare("dev", config=wanted, preview=True)


def test_a_viewer_function_that_was_composed_is_not_composed_again(tmp_path):
    config = ViewerConfig(sizes="exact")
    first = composed.compose(config, cache=tmp_path)
    kept = list(tmp_path.iterdir())
    assert composed.compose(config, cache=tmp_path) == first
    assert (list(tmp_path.iterdir()), len(kept)) == (kept, 1)
    assert first == composing.compose(config)
    composed.compose(ViewerConfig(sizes="ladder"), cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
