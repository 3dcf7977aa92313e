"""A preview shows what an update does, twice the same, and no setting replaces what viewers or owners rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pulumi import Archive, Asset
from pulumi.output import Unknown

from emulator.program import Resource, declare
from tests.declared import custom, lent, stack
from tests.provider_rules import rules, values_at

root = Path(__file__).parent.parent

generator = """
name: avatar
path: /gen/avatar/{seed:slug}.png
request: {url: "https://api.example.com/{seed}"}
timeout: 100
budget: {hour: 10}
"""
trusted_key = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEy1UEjKmU+S2NgQOeksdedg9FDFI0
vXMQm3HgZu+olRK7L33VxcIed2J+XRwaZt9cSjpHwxQ2m1wHHcRHUbGgNA==
-----END PUBLIC KEY-----
"""
# Another value for every setting that may change in the life of a stack.
changed = {
    "sizes": "presets",
    "openOptions": '["w", "h", "fit", "dpr", "p", "v"]',
    "presets": '["card w=300&h=200&fit=cover open=f"]',
    "ignoreParams": '["ref"]',
    "dialect": '["next"]',
    "lenient": "true",
    "autoFormats": '["webp"]',
    "saveData": "true",
    "files": '["pdf"]',
    "access": '["presets /products/", "signed /team/", "cloudfront /members/"]',
    "tokenExchanges": (
        '["/members/ issuer=https://login.example/ audience=pictures key=ssm:/mirage/cookies seconds=3600"]'
    ),
    "requestHeaders": '["/mail/ accept=image/jpeg"]',
    "responseHeaders": '["/press/ X-Robots-Tag=noindex"]',
    "accessKeys": '["k1 an-example-secret-of-32-bytes-ok!"]',
    "tokenKeys": '["default an-example-secret-of-32-bytes-ok!"]',
    "accessUsers": '["alice c2l4dGVlbiBieXRlIHNhbHQ AgUp-73w_hd3fSa5njWJlM_n13lDbKJJZinhOHpFJZ0"]',
    "trustedKeys": json.dumps([trusted_key]),
    "waf": "true",
    "domains": '["images.example.com", "pictures.example.com"]',
    "hostedZone": "example.com",
    "minimumTls": "TLSv1.3_2025",
    "routes": '["/old/1.jpg /new/1.jpg"]',
    "cors": '["*"]',
    "acceptUnbounded": "false",
    "decoders": '["jpeg", "png", "webp", "gif", "avif"]',
    "watermarks": '["logo logo.png"]',
    "generators": json.dumps([generator]),
    "maxSourceMegabytes": "30",
    "maxSourceMegapixels": "60",
    "maxSourceSidePx": "20000",
    "maxFrames": "100",
    "maxAnimationMegapixels": "100",
    "imageTimeoutSeconds": "9",
    "browserCacheSeconds": "60",
    "fallback": "true",
    "debug": "false",
    "playground": "false",
    "protect": "true",
    "forceDestroy": "false",
    "previousVersionDays": "30",
    "variantDays": "30",
    "priceClass": "PriceClass_All",
    "geoDeny": '["AQ"]',
    "originShield": "us-east-1",
    "memory": "2048",
    "precompile": "false",
    "logRetentionDays": "14",
    "pregenerate": '["card /"]',
    "secondSweepSeconds": "90",
    "invalidationsPerMinute": "10",
    "quarantine": "true",
    "notifications": "true",
    "eventBridge": "true",
    "metrics": "false",
    "additionalMetrics": "false",
    "dashboard": "false",
    "alarmEmails": '["ops@example.com"]',
    "alarm5xxPercent": "2",
    "monthlyBudgetUsd": "100",
    "accessLogs": "true",
    "accessLogDays": "7",
    "rendersPerHour": "5000",
    "traffic": "requests=1000000",
}
# What a setting may not change: originalsBucket says which bucket it is, mode and store what makes pictures
# (tests/test_modes.py); the others are tried elsewhere.
not_tried = {"originalsBucket", "geoAllow", "logRegions", "certificateArn", "alarms", "mode", "store"}
# New by design: the function's name is its content, and one update of the distribution moves to it.
renamed_by_design = {("aws:cloudfront/function:Function", "viewer")}


def test_every_setting_is_changed_here():
    from infra.configuration.config import readers

    assert set(changed) | not_tried == set(readers)


def test_no_setting_replaces_anything_but_the_viewer_function():
    before = {(each.type, each.name): each for each in custom(stack())}
    after = {(each.type, each.name): each for each in custom(stack(**changed))}
    replaced = [
        (key, path)
        for key in before.keys() & after.keys() - renamed_by_design
        for path in rules[key[0]].get("forceNew", ())
        if list(values_at(before[key].inputs, path.split("."))) != list(values_at(after[key].inputs, path.split(".")))
    ]
    assert replaced == []


closed = {key: changed[key] for key in ("access", "accessKeys", "trustedKeys", "tokenExchanges")}


@pytest.mark.parametrize(
    ("settings", "names"),
    [({}, {"viewer"}), ({"mode": "regional"}, {"viewer", "response"}), (closed, {"viewer", "token"})],
    ids=["edge", "regional", "tokens"],
)
def test_a_new_cloudfront_function_is_made_before_the_old_one_goes(settings, names):
    """The provider deletes first what has a name of the program's (tfbridge); CloudFront refuses: it is in use."""
    functions = stack(**settings).of("aws:cloudfront/function:Function")
    assert {each.name: each.deletes_first for each in functions} == dict.fromkeys(names, False)


@pytest.mark.parametrize("name", ["original-changed", "on-demand"])
def test_where_failures_go_is_said_after_the_right_to_send_them_there(name):
    """Lambda asks for the role's right while it takes the destination."""
    found = stack(generators=json.dumps([generator]))
    told = found.one("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", name)
    assert found.one("aws:iam/rolePolicy:RolePolicy", name).urn in told.depends_on


def test_settings_take_away_the_page_and_move_the_logs_and_nothing_else():
    before = {(each.type, each.name) for each in custom(stack())}
    after = {(each.type, each.name) for each in custom(stack(**changed))}
    assert {kind.rpartition(":")[2] for kind, _ in before - after} == {
        "BucketObjectv2",  # the page's files
        "ResponseHeadersPolicy",  # the page's own
        "LogGroup",  # the edge runs beside Origin Shield, which moved
        "MetricAlarm",  # of metrics that are no more
        "MonitoringSubscription",
        "Dashboard",
    }


def test_a_preview_declares_the_resources_of_the_update():
    assert names(stack(True).resources) == names(stack(False).resources)


def test_a_preview_knows_all_that_is_no_output_of_aws():
    """What is unknown in the preview is an id, an ARN, or what was made of one; all else is what the update says."""
    unknown: dict[str, set[str]] = {}
    update = {each.urn: each for each in custom(stack(False))}
    for each in custom(stack(True)):
        for path, value, other in pairs(each.inputs, update[each.urn].inputs, ""):
            if isinstance(value, Unknown):
                unknown.setdefault(each.type.rpartition(":")[2], set()).add(path)
            else:
                assert value == other, f"{each.type} {each.name}{path}"
    assert unknown == {
        "BucketNotification": {".lambdaFunctions[].lambdaFunctionArn"},
        "BucketPolicy": {".policy"},
        "Dashboard": {".dashboardBody"},
        "Distribution": {
            ".origins[].originAccessControlId",
            *(
                f".{behavior}.{name}"
                for behavior in ("defaultCacheBehavior", "orderedCacheBehaviors[]")
                for name in ("cachePolicyId", "responseHeadersPolicyId", "functionAssociations[].functionArn")
            ),
            ".defaultCacheBehavior.originRequestPolicyId",
            ".defaultCacheBehavior.lambdaFunctionAssociations[].lambdaArn",
        },
        "EventSourceMapping": {".eventSourceArn"},
        "Function": {
            ".role",
            ".keyValueStoreAssociations[]",
            ".environment.variables.DISTRIBUTION_ID",
            ".environment.variables.NOTES_QUEUE",
        },
        "FunctionEventInvokeConfig": {".destinationConfig.onFailure.destination"},
        "KeyvaluestoreKey": {".keyValueStoreArn"},
        "MetricAlarm": {
            ".alarmActions[]",
            ".okActions[]",
            ".metricQueries[].metric.dimensions.DistributionId",
        },
        "MonitoringSubscription": {".distributionId"},
        "RolePolicy": {".policy"},
        "TopicPolicy": {".arn"},
    }


def test_the_edges_own_policy_is_known_at_preview():
    policies = {each.name: each for each in stack(True).of("aws:iam/rolePolicy:RolePolicy")}
    assert not isinstance(policies["edge"].inputs["policy"], Unknown)


def test_a_second_run_declares_the_same():
    again = declare("dev", config=lent)
    assert {each.urn: plain(each.inputs) for each in again.resources} == {
        each.urn: plain(each.inputs) for each in stack().resources
    }


def test_the_program_and_its_modules_import_with_an_empty_environment(tmp_path):
    files = (path.relative_to(root) for path in (root / "infra").rglob("*.py") if path.stem != "__init__")
    modules = sorted(".".join(path.with_suffix("").parts) for path in files)
    code = f"import sys; sys.path.insert(0, {str(root)!r}); import importlib; "
    code += f"[importlib.import_module(name) for name in {modules!r}]"
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], env={}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_importing_a_module_declares_no_resource():
    """Only the program declares: outside of it, no module of infra makes a resource while it is read."""
    for path in (root / "infra").rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not line.startswith(("aws.", "pulumi.export")), f"{path.name}: {line}"


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"memory": "64"}, "Expected an integer from 512 to 10240 for memory, received '64'."),
        ({"sizes": "x", "debug": "x"}, "Expected one of ladder, exact, presets for sizes, received 'x'.\n"),
    ],
)
def test_a_mistake_stops_the_preview_before_anything_is_declared(config, sentence):
    with pytest.raises(Exception, match="Expected") as caught:
        declare("dev", config=config, preview=True)
    assert str(caught.value).startswith(sentence)


def names(resources: tuple[Resource, ...]) -> list[tuple[str, str, str]]:
    return [(each.type, each.name, each.parent) for each in resources]


def pairs(value: object, other: object, path: str) -> Iterator[tuple[str, object, object]]:
    """Each leaf of a value with its path and what another value has there."""
    if isinstance(value, Mapping) and isinstance(other, Mapping):
        assert set(value) == set(other), path
        for name in value:
            yield from pairs(value[name], other[name], f"{path}.{name}")
    elif isinstance(value, list) and isinstance(other, list):
        assert len(value) == len(other), path
        for each, its in zip(value, other, strict=True):
            yield from pairs(each, its, f"{path}[]")
    else:
        yield path, plain(value), plain(other)


def plain(value: object) -> object:
    """The value with its files told by their paths."""
    if isinstance(value, Asset | Archive):
        return getattr(value, "path", None) or json.dumps(str(value))
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value
