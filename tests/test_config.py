"""What a stack file may say: each setting's nonsense gives one sentence, and all mistakes come at once."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
from pathlib import Path

import pytest
import yaml

from infra.configuration import config
from infra.configuration.settings import StackConfig
from variants.settings import Watermark

root = Path(__file__).parent.parent
project = yaml.safe_load((root / "Pulumi.yaml").read_text(encoding="utf-8"))
declared = project["config"]
defaults = {
    name: row["default"] if isinstance(row["default"], str) else json.dumps(row["default"])
    for name, row in declared.items()
}


def read(region: str = "eu-central-1", **texts: str) -> StackConfig:
    return config.read(defaults | texts, region=region)


def sentences(region: str = "eu-central-1", **texts: str) -> list[str]:
    with pytest.raises(config.ConfigError) as caught:
        read(region, **texts)
    return str(caught.value).splitlines()


numbers = (
    "words with numbers from 0, like 'requests=5000000 originals=10000 originalKilobytes=2500 variants=4 "
    "variantKilobytes=60 hits=90 shieldHits=80 new=0.1' (the last three in percent),"
)
nonsense: dict[str, tuple[dict[str, str], str]] = {
    "domains is a URL": (
        {"domains": '["https://images.example.com"]', "hostedZone": "example.com"},
        "Expected a host name of a-z, 0-9 and hyphens, like images.example.com, for domains, "
        "received 'https://images.example.com'.",
    ),
    "hostedZone is an id": (
        {"hostedZone": "Z2FDTNDATAQYW2"},
        "Expected the name of a hosted zone, like example.com, or nothing, for hostedZone, received 'Z2FDTNDATAQYW2'.",
    ),
    "certificateArn is of another Region": (
        {"certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"},
        "Expected a certificate's ARN in us-east-1, where CloudFront takes it from, or nothing, for certificateArn, "
        "received 'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012'.",
    ),
    "minimumTls is too old": (
        {"minimumTls": "TLSv1"},
        "Expected one of TLSv1.2_2019, TLSv1.2_2021, TLSv1.2_2025, TLSv1.3_2025 for minimumTls, received 'TLSv1'.",
    ),
    "forceDestroy is no truth": (
        {"forceDestroy": "maybe"},
        "Expected true or false for forceDestroy, received 'maybe'.",
    ),
    "traffic is negative": ({"traffic": "requests=-5"}, f"Expected {numbers} for traffic, received 'requests=-5'."),
    "traffic has a word that nobody knows": (
        {"traffic": "visitors=5"},
        f"Expected {numbers} for traffic, received 'visitors=5'.",
    ),
    "traffic hits more than all": (
        {"traffic": "hits=101"},
        "Expected at most 100 percent of hits, shieldHits and new for traffic, received 'hits=101'.",
    ),
    "sizes is no word of ours": (
        {"sizes": "all"},
        "Expected one of ladder, exact, presets for sizes, received 'all'.",
    ),
    "openOptions names no option": (
        {"openOptions": '["w", "zoom"]'},
        "Expected options of the grammar, or all, for openOptions, received 'zoom'.",
    ),
    "openOptions is no list": (
        {"openOptions": "w,h"},
        "Expected a list for openOptions, received 'w,h'.",
    ),
    "openOptions repeats": (
        {"openOptions": '["w", "w"]'},
        'Expected a list without repetition for openOptions, received \'["w", "w"]\'.',
    ),
    "a preset has no options": (
        {"presets": '["card"]'},
        "Expected a preset like 'card w=300&h=200&fit=cover open=f,dpr,v' for presets, received 'card'.",
    ),
    "a preset's name is no name": (
        {"presets": '["Card w=300"]'},
        "Expected a preset like 'card w=300&h=200&fit=cover open=f,dpr,v', its name of a-z, 0-9 and hyphens, "
        "for presets, received 'Card w=300'.",
    ),
    "a preset's value is out of bounds": (
        {"presets": '["card w=9000"]'},
        "Expected options that the grammar takes (Expected integer 1 to 4096 for w, received 9000.) for presets, "
        "received 'card w=9000'.",
    ),
    "a preset repeats an option": (
        {"presets": '["card w=1&w=2"]'},
        "Expected each option once, with a value, for presets, received 'card w=1&w=2'.",
    ),
    "a preset opens what is no option": (
        {"presets": '["card w=1 open=zoom"]'},
        "Expected open= to name options of the grammar, not zoom, for presets, received 'card w=1 open=zoom'.",
    ),
    "a preset opens p": (
        {"presets": '["card w=1 open=p"]'},
        "Expected open= to name options of the grammar, not p, for presets, received 'card w=1 open=p'.",
    ),
    "pregenerate names no path": (
        {"pregenerate": '["card"]'},
        "Expected a preset's name and a path, like 'card /products/', for pregenerate, received 'card'.",
    ),
    "pregenerate names what is Mirage's own": (
        {"pregenerate": '["card /_mirage/"]'},
        "Expected a preset's name and a path, like 'card /products/', for pregenerate, received 'card /_mirage/'.",
    ),
    "pregenerate names no preset": (
        {"pregenerate": '["card /"]'},
        "Expected names of presets for pregenerate, received card.",
    ),
    "secondSweepSeconds is longer than a queue delays": (
        {"secondSweepSeconds": "901"},
        "Expected an integer from 1 to 900 for secondSweepSeconds, received '901'.",
    ),
    "invalidationsPerMinute is nothing": (
        {"invalidationsPerMinute": "0"},
        "Expected an integer from 1 to 9000 for invalidationsPerMinute, received '0'.",
    ),
    "quarantine is no truth": ({"quarantine": "on"}, "Expected true or false for quarantine, received 'on'."),
    "notifications is no truth": (
        {"notifications": "sns"},
        "Expected true or false for notifications, received 'sns'.",
    ),
    "eventBridge is no truth": ({"eventBridge": "1"}, "Expected true or false for eventBridge, received '1'."),
    "two presets have one name": (
        {"presets": '["card w=1", "card w=2"]'},
        "Expected each name once for presets, received card again.",
    ),
    "a preset's watermark is not registered": (
        {"presets": '["card w=1&wm=logo"]'},
        "Expected wm to name one of watermarks for presets, received logo.",
    ),
    "presets only, and none": (
        {"sizes": "presets"},
        "Expected at least one preset for presets where sizes is presets, received none.",
    ),
    "dialect is nobody's": (
        {"dialect": '["imgix", "thumbor"]'},
        "Expected one of imgix, cloudflare, aws, cdn-cgi, next, aws-json for dialect, received 'thumbor'.",
    ),
    "two dialects of the query, and lenient": (
        {"dialect": '["imgix", "aws"]', "lenient": "true"},
        "Expected one of imgix, cloudflare, aws for dialect where lenient is true, received 2.",
    ),
    "presets are too many": (
        {"presets": json.dumps([f"card-{at} w={at}" for at in range(1, 22)])},
        "Expected at most 20 of presets, received 21.",
    ),
    "ignoreParams has a star inside": (
        {"ignoreParams": '["u*m"]'},
        "Expected a parameter's name, with a star at its end or none, for ignoreParams, received 'u*m'.",
    ),
    "lenient is no boolean": (
        {"lenient": "yes"},
        "Expected true or false for lenient, received 'yes'.",
    ),
    "autoFormats names none of ours": (
        {"autoFormats": '["jxl"]'},
        "Expected one of avif, webp for autoFormats, received 'jxl'.",
    ),
    "autoFormats names avif alone": (
        {"autoFormats": '["avif"]'},
        "Expected webp beside avif, which is for viewers that take both, for autoFormats, received '[\"avif\"]'.",
    ),
    "files has a dot": (
        {"files": '[".svg"]'},
        "Expected an extension of a-z and 0-9 without a dot for files, received '.svg'.",
    ),
    "access has a mode that nobody knows": (
        {"access": '["martian /team/"]'},
        "Expected a mode (open, presets, signed, basic, jwt, cloudfront) and a path, like 'presets /products/', "
        "for access, received 'martian /team/'.",
    ),
    "a key's secret is too short, and not repeated": (
        {"accessKeys": '["k1 fifteen-bytes-."]'},
        "Expected lines like 'k1 SECRET path=/team/ width=640 from=2026-01-01 until=2027-01-01', secrets of 16 bytes "
        "or more, for accessKeys, received 'a line that is not shown'.",
    ),
    "a key's width is zero": (
        {"accessKeys": '["k1 a-secret-of-sixteen-bytes width=0"]'},
        "Expected a width from 1 after width= for accessKeys, received 'a line that is not shown'.",
    ),
    "a list of keys is none, and not repeated": (
        {"accessKeys": "k1 a-secret-of-sixteen-bytes"},
        "Expected a list for accessKeys, received 'a line that is not shown'.",
    ),
    "a token's key ends on no date": (
        {"tokenKeys": '["default a-secret-of-sixteen-bytes until=soon"]'},
        "Expected a date like 2027-01-01, or unix seconds, after from= and until= for tokenKeys, "
        "received 'a line that is not shown'.",
    ),
    "a user has a password instead of a hash": (
        {"accessUsers": '["alice opensesame"]'},
        "Expected lines like 'alice SALT HASH until=2027-01-01', as `python -m mirage user alice` prints them, "
        "for accessUsers, received 'a line that is not shown'.",
    ),
    "two keys have one name": (
        {"accessKeys": '["k1 a-secret-of-sixteen-bytes", "k1 another-of-sixteen-bytes"]'},
        "Expected each name once for accessKeys, received k1 again.",
    ),
    "a trusted key is private": (
        {"trustedKeys": '["-----BEGIN PRIVATE KEY-----"]'},
        "Expected public keys as PEM (-----BEGIN PUBLIC KEY-----) for trustedKeys, "
        "received '-----BEGIN PRIVATE KEY-----'.",
    ),
    "cloudfront without a key": (
        {"access": '["cloudfront /c/"]'},
        "Expected a public key for trustedKeys where access has the mode cloudfront, received none.",
    ),
    "a route leads nowhere": (
        {"routes": '["/old/"]'},
        "Expected lines like '/old/1.jpg /new/1.jpg', '/old/ /new/' or '/hero/ /hero-a/ 80 /hero-b/ 20 cookie=visitor'"
        ", for routes, received '/old/'.",
    ),
    "requestHeaders has one that lets in": (
        {"requestHeaders": '["/mail/ authorization=Basic c2VjcmV0"]'},
        "Expected a header that a function may write, and that lets nobody in, for requestHeaders, "
        "received 'authorization'.",
    ),
    "requestHeaders has no value": (
        {"requestHeaders": '["/mail/ accept"]'},
        "Expected lines like '/mail/ accept=image/jpeg' or '/mail/ -save-data' for requestHeaders, "
        "received '/mail/ accept'.",
    ),
    "requestHeaders says a header twice": (
        {"requestHeaders": '["/mail/ accept=image/jpeg", "/mail/ -Accept"]'},
        "Expected each header once a path for requestHeaders, received accept of /mail/ again.",
    ),
    "responseHeaders has one of HTTP's": (
        {"responseHeaders": '["/press/ Content-Type=text/html"]'},
        "Expected a header that is not CloudFront's, HTTP's or a setting's own for responseHeaders, "
        "received 'Content-Type'.",
    ),
    "responseHeaders has too many": (
        {"responseHeaders": json.dumps([f"/press/ X-{at}=1" for at in range(7)])},
        "Expected at most 6 headers a path for responseHeaders, received 7.",
    ),
    "tokenExchanges names no issuer": (
        {"tokenExchanges": '["/members/ audience=pictures key=ssm:/mirage/cookies"]'},
        "Expected lines like '/members/ issuer=https://login.example/ audience=pictures key=ssm:/mirage/cookies "
        "seconds=3600' for tokenExchanges, received '/members/ audience=pictures key=ssm:/mirage/cookies'.",
    ),
    "tokenExchanges opens a path that is not closed": (
        {"tokenExchanges": '["/members/ issuer=https://login.example/ audience=a key=ssm:/k"]'},
        "Expected a path of access with the mode cloudfront, each once, for tokenExchanges, received /members/.",
    ),
    "two routes of one folder": (
        {"routes": '["/old/ /new/", "/old/ /newer/"]'},
        "Expected each path once for routes, received /old again.",
    ),
    "waf is no truth": ({"waf": "yes"}, "Expected true or false for waf, received 'yes'."),
    "access has too many paths": (
        {"access": json.dumps([f"open /{at}/" for at in range(71)])},
        "Expected at most 70 paths for access, generators and responseHeaders, received 71.",
    ),
    "access has no mode": (
        {"access": '["/team/"]'},
        "Expected a mode (open, presets, signed, basic, jwt, cloudfront) and a path, like 'presets /products/', "
        "for access, received '/team/'.",
    ),
    "access has a path without its slashes": (
        {"access": '["presets team"]'},
        "Expected a path of letters, digits and ._~- between slashes, like /products/, for access, "
        "received 'presets team'.",
    ),
    "access has a dotted path": (
        {"access": '["presets /a/../b/"]'},
        "Expected a path of letters, digits and ._~- between slashes, like /products/, for access, "
        "received 'presets /a/../b/'.",
    ),
    "access says two things of one path": (
        {"access": '["presets /a/", "open /a/"]'},
        "Expected each path once for access, received /a/ again.",
    ),
    "cors has a path": (
        {"cors": '["https://a.example/"]'},
        "Expected * or an origin like https://example.com, for cors, received 'https://a.example/'.",
    ),
    "cors has a star and more": (
        {"cors": '["*", "https://a.example"]'},
        "Expected * alone for cors, received it beside others.",
    ),
    "acceptUnbounded is no boolean": (
        {"acceptUnbounded": "1"},
        "Expected true or false for acceptUnbounded, received '1'.",
    ),
    "decoders names none of ours": (
        {"decoders": '["jpeg", "svg"]'},
        "Expected one of jpeg, png, webp, gif, avif, tiff for decoders, received 'svg'.",
    ),
    "decoders is empty": (
        {"decoders": "[]"},
        "Expected at least one of jpeg, png, webp, gif, avif, tiff for decoders, received '[]'.",
    ),
    "a watermark has no picture": (
        {"watermarks": '["logo"]'},
        "Expected a watermark like 'logo logo.png position=se scale=20 opacity=60 tile=1' for watermarks, "
        "received 'logo'.",
    ),
    "a watermark is opaque beyond all": (
        {"watermarks": '["logo logo.png opacity=101"]'},
        "Expected an integer from 1 to 100 for watermarks, received '101'.",
    ),
    "two watermarks have one name": (
        {"watermarks": '["logo a.png", "logo b.png"]'},
        "Expected each name once for watermarks, received logo again.",
    ),
    "maxSourceMegabytes is nothing": (
        {"maxSourceMegabytes": "0"},
        "Expected an integer from 1 to 200 for maxSourceMegabytes, received '0'.",
    ),
    "maxSourceMegapixels is a fraction": (
        {"maxSourceMegapixels": "1.5"},
        "Expected an integer from 1 to 200 for maxSourceMegapixels, received '1.5'.",
    ),
    "maxSourceSidePx is small": (
        {"maxSourceSidePx": "63"},
        "Expected an integer from 64 to 65535 for maxSourceSidePx, received '63'.",
    ),
    "maxFrames is negative": (
        {"maxFrames": "-1"},
        "Expected an integer from 1 to 5000 for maxFrames, received '-1'.",
    ),
    "maxAnimationMegapixels is a word": (
        {"maxAnimationMegapixels": "many"},
        "Expected an integer from 1 to 1000 for maxAnimationMegapixels, received 'many'.",
    ),
    "imageTimeoutSeconds is all that the edge has": (
        {"imageTimeoutSeconds": "30"},
        "Expected an integer from 1 to 25 for imageTimeoutSeconds, received '30'.",
    ),
    "browserCacheSeconds is more than a year": (
        {"browserCacheSeconds": "31536001"},
        "Expected an integer from 0 to 31536000 for browserCacheSeconds, received '31536001'.",
    ),
    "fallback is no boolean": ({"fallback": "no"}, "Expected true or false for fallback, received 'no'."),
    "debug is no boolean": ({"debug": ""}, "Expected true or false for debug, received ''."),
    "playground is no boolean": ({"playground": "True"}, "Expected true or false for playground, received 'True'."),
    "originalsBucket has capitals": (
        {"originalsBucket": "Pictures"},
        "Expected a bucket's name of a-z, 0-9 and hyphens, or nothing, for originalsBucket, received 'Pictures'.",
    ),
    "originalsBucket has dots, which break its TLS name": (
        {"originalsBucket": "my.pictures"},
        "Expected a bucket's name of a-z, 0-9 and hyphens, or nothing, for originalsBucket, received 'my.pictures'.",
    ),
    "saveData is no boolean": ({"saveData": "on"}, "Expected true or false for saveData, received 'on'."),
    "protect is no boolean": ({"protect": "2"}, "Expected true or false for protect, received '2'."),
    "previousVersionDays is negative": (
        {"previousVersionDays": "-5"},
        "Expected an integer from 0 to 3650 for previousVersionDays, received '-5'.",
    ),
    "variantDays is nothing": (
        {"variantDays": "0"},
        "Expected an integer from 1 to 3650 for variantDays, received '0'.",
    ),
    "priceClass is a number": (
        {"priceClass": "100"},
        "Expected one of PriceClass_100, PriceClass_200, PriceClass_All for priceClass, received '100'.",
    ),
    "geoAllow has a word": (
        {"geoAllow": '["Switzerland"]'},
        "Expected a country's two capital letters (ISO 3166-1) for geoAllow, received 'Switzerland'.",
    ),
    "geoDeny is in small letters": (
        {"geoDeny": '["aq"]'},
        "Expected a country's two capital letters (ISO 3166-1) for geoDeny, received 'aq'.",
    ),
    "countries are allowed and denied": (
        {"geoAllow": '["CH"]', "geoDeny": '["AQ"]'},
        "Expected countries for geoAllow or for geoDeny, received both.",
    ),
    "originShield is a word": (
        {"originShield": "near"},
        "Expected true, false or a Region for originShield, received 'near'.",
    ),
    "originShield is in a Region that has none": (
        {"originShield": "eu-west-3"},
        "Expected a Region that has Origin Shield (us-east-1, us-east-2, us-west-2, sa-east-1, eu-central-1, "
        "eu-west-1, eu-west-2, ap-south-1, ap-northeast-1, ap-northeast-2, ap-southeast-1, ap-southeast-2) "
        "for originShield, received 'eu-west-3'.",
    ),
    "mode is a container": ({"mode": "container"}, "Expected one of edge, regional for mode, received 'container'."),
    "store is off at the edge": (
        {"store": "false"},
        "Expected mode regional where store is false: at the edge only the store can hand out what is large.",
    ),
    "store is off and presets are made ahead": (
        {"mode": "regional", "store": "false", "presets": '["card w=1&h=1"]', "pregenerate": '["card /products/"]'},
        "Expected no pregenerate where store is false: there is nowhere to put what is made ahead.",
    ),
    "memory is what the largest pictures do not fit in": (
        {"memory": "128"},
        "Expected an integer from 512 to 10240 for memory, received '128'.",
    ),
    "a generator has a type that nobody knows": (
        {"generators": "[\"{name: a, path: '/gen/{x:uuid}'}\"]"},
        "Expected a generator as docs/generators.md has it (Expected one of slug, integer, hex, text, path as the type "
        "of a.parameters.x, received 'uuid'.) for generators, received \"{name: a, path: '/gen/{x:uuid}'}\".",
    ),
    "a generator is an object, not a text": (
        {"generators": '[{"name": "a"}]'},
        'Expected a list of texts (- | before each generator) for generators, received \'[{"name": "a"}]\'.',
    ),
    "precompile is no boolean": ({"precompile": "auto"}, "Expected true or false for precompile, received 'auto'."),
    "logRegions has a city": (
        {"logRegions": '["frankfurt"]'},
        "Expected a Region, like eu-central-1, for logRegions, received 'frankfurt'.",
    ),
    "logRetentionDays is none of CloudWatch's steps": (
        {"logRetentionDays": "10"},
        "Expected one of 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, "
        "2922, 3288, 3653 for logRetentionDays, received '10'.",
    ),
    "metrics is no truth": ({"metrics": "1"}, "Expected true or false for metrics, received '1'."),
    "additionalMetrics is no truth": (
        {"additionalMetrics": "all"},
        "Expected true or false for additionalMetrics, received 'all'.",
    ),
    "dashboard is a name": ({"dashboard": "mine"}, "Expected true or false for dashboard, received 'mine'."),
    "alarms is no truth": ({"alarms": "few"}, "Expected true or false for alarms, received 'few'."),
    "alarmEmails has a name without a host": (
        {"alarmEmails": '["ops"]'},
        "Expected an e-mail address for alarmEmails, received 'ops'.",
    ),
    "alarmEmails without alarms": (
        {"alarms": "false", "alarmEmails": '["ops@example.com"]'},
        "Expected alarms: true for alarmEmails.",
    ),
    "alarm5xxPercent is beyond all": (
        {"alarm5xxPercent": "101"},
        "Expected an integer from 1 to 100 for alarm5xxPercent, received '101'.",
    ),
    "monthlyBudgetUsd is negative": (
        {"monthlyBudgetUsd": "-5"},
        "Expected an integer from 0 to 10000000 for monthlyBudgetUsd, received '-5'.",
    ),
    "monthlyBudgetUsd tells nobody": (
        {"alarms": "false", "monthlyBudgetUsd": "50"},
        "Expected alarms: true for monthlyBudgetUsd, which is told to the alarms' topic.",
    ),
    "accessLogs is a bucket": ({"accessLogs": "logs"}, "Expected true or false for accessLogs, received 'logs'."),
    "accessLogDays is never": (
        {"accessLogDays": "0"},
        "Expected an integer from 1 to 3650 for accessLogDays, received '0'.",
    ),
    "rendersPerHour is negative": (
        {"rendersPerHour": "-1"},
        "Expected an integer from 0 to 100000000 for rendersPerHour, received '-1'.",
    ),
    "a setting is misspelt": (
        {"orignShield": "false"},
        "Expected a setting of Pulumi.yaml, received 'orignShield': did you mean originShield?",
    ),
    "a setting is not ours": (
        {"flavour": "sweet"},
        "Expected a setting of Pulumi.yaml, received 'flavour'.",
    ),
}


@pytest.mark.parametrize(("texts", "sentence"), nonsense.values(), ids=list(nonsense))
def test_nonsense_gives_one_sentence(texts, sentence):
    assert sentences(**texts) == [sentence]


def test_every_setting_has_its_nonsense():
    tried = {name for texts, _ in nonsense.values() for name in texts}
    assert set(declared) - tried == set()


def test_all_mistakes_come_at_once():
    found = sentences(sizes="x", memory="x", geoAllow='["CH"]', geoDeny='["AQ"]', colour="red")
    assert [sentence.split(" for ")[-1].split(",")[0] for sentence in found] == [
        "Expected a setting of Pulumi.yaml",
        "sizes",
        "memory",
        "geoDeny",
    ]


def test_a_setting_that_is_missing_is_named():
    with pytest.raises(config.ConfigError, match=r"^Expected a value for memory: Pulumi.yaml has its default\.$"):
        config.read({name: text for name, text in defaults.items() if name != "memory"}, region="eu-central-1")


def test_a_shield_where_aws_names_none_is_refused():
    assert sentences("il-central-1") == [
        "Expected the name of a Region, or false (AWS names no Origin Shield for buckets in il-central-1) "
        "for originShield, received 'true'."
    ]


@pytest.mark.parametrize(
    ("field", "texts", "value"),
    [
        ("open_options", {"openOptions": '["w", "f"]'}, ("w", "f")),
        ("decoders", {"decoders": '["gif", "jpeg"]'}, ("JPEG", "GIF")),
        ("image_extensions", {"decoders": '["gif", "png"]', "files": '["gif"]'}, ("png", "apng")),
        (
            "watermarks",
            {"watermarks": '["logo brand/logo.png position=nw scale=35 opacity=100 tile=1"]'},
            (
                (
                    "logo",
                    Watermark(
                        key="_mirage/watermarks/brand/logo.png",
                        position="nw",
                        scale_percent=35,
                        opacity_percent=100,
                        tile=True,
                    ),
                ),
            ),
        ),
        ("is_every_key_open", {"sizes": "exact", "openOptions": '["all"]'}, True),
        ("is_every_key_open", {"sizes": "exact"}, False),
        ("is_every_key_open", {"sizes": "ladder", "openOptions": '["all"]'}, False),
    ],
)
def test_a_setting_means_its_value(field, texts, value):
    assert getattr(read(**texts), field) == value


def test_a_preset_is_kept_in_the_spelling_of_keys():
    preset = read(presets='["card h=200&width=300&fit=cover&flip=v open=f,dpr"]').presets[0]
    assert (preset.name, preset.options, preset.open) == ("card", "w=300,h=200,fit=cover,rot=180,flip=h", ("f", "dpr"))


def test_limits_are_in_the_units_of_the_shipped_code():
    limits = read(maxSourceMegabytes="2", maxSourceMegapixels="3", imageTimeoutSeconds="4").limits
    assert (limits.max_source_bytes, limits.max_source_pixels, limits.image_timeout_s) == (2_097_152, 3_000_000, 4)


def test_defaults_are_the_contracts():
    found = read()
    limits = found.limits
    assert found.sizes == "ladder"
    assert found.open_options == ("w", "h", "fit", "f", "dpr", "p", "v")
    assert found.ignore_params == ("utm_*", "fbclid", "gclid", "_")
    assert found.decoders == ("JPEG", "PNG", "WEBP", "GIF")
    assert (limits.max_source_bytes, limits.max_source_pixels) == (25 * 1024 * 1024, 50_000_000)
    assert (limits.max_source_side_px, limits.max_frames, limits.max_animation_pixels) == (16_384, 300, 120_000_000)
    assert (found.browser_cache_seconds, found.memory, limits.image_timeout_s) == (300, 1769, 8)


def test_every_setting_is_declared_read_and_a_field():
    fields = {each.name for each in dataclasses.fields(StackConfig)}
    assert set(declared) == set(config.readers)
    assert {config.snake(name) for name in declared} == fields


types = {"string": str, "boolean": bool, "integer": int, "array": list}


@pytest.mark.parametrize("name", declared)
def test_a_setting_has_a_type_a_default_and_a_description_to_act_on(name):
    row = declared[name]
    assert set(row) - {"items"} == {"type", "default", "description"}
    assert type(row["default"]) is types[row["type"]]
    assert row["type"] != "array" or row["items"] == {"type": "string"}
    assert len(row["description"].split()) >= 8
    assert row["description"].endswith((".", "them.", "it."))


def test_every_setting_is_used():
    """Each field is read somewhere in the program or in infra, beyond the place where it is declared."""
    sources = [root / "__main__.py", *(root / "infra").rglob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sources]
    read_names = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert {each.name for each in dataclasses.fields(StackConfig)} - read_names == set()


@pytest.mark.parametrize(
    ("preset", "opened"), [("card w=1", ("v",)), ("card w=1 open=", ()), ("card w=1 open=h,f", ("h", "f"))]
)
def test_a_preset_leaves_its_version_open_unless_it_says_otherwise(preset, opened):
    assert read(presets=json.dumps([preset])).presets[0].open == opened


def test_the_dev_stack_is_open_and_has_no_dialect():
    text = (root / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    written = {name.removeprefix("mirage:"): value for name, value in yaml.safe_load(text)["config"].items()}
    assert set(written) - {"aws:region"} <= set(declared)
    assert written["sizes"] == "exact"
    assert written["openOptions"] == ["all"]
    assert (written["debug"], written["playground"], written["acceptUnbounded"]) == (True, True, True)
    assert re.search("dialect", text) is None
