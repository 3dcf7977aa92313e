"""What a stack's settings say, read from texts into frozen values; every mistake is found at once.

Pulumi.yaml declares the settings with their defaults, which the engine fills in: here each must be present.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

import pulumi
from pulumi.runtime import config as runtime

from infra.cloudfront import shield
from infra.configuration import (
    checks,
    credentials,
    declarations,
    exchanges,
    header_rules,
    host_names,
    registrations,
    routes,
)
from infra.configuration.settings import StackConfig, decoder_extensions
from infra.configuration.values import Reader, Unreadable, boolean, choice, each, either, number_of, pattern, whole
from infra.costs import traffic
from infra.viewer.dialects import dialect_names
from variants.table import table

# CloudWatch Logs PutRetentionPolicy, "retentionInDays"; 0 keeps for ever (provider-rules). Read 2026-11.
retention_days = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180),
    *(365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
region_name = pattern(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}", "a Region, like eu-central-1,")
country = pattern("[A-Z]{2}", "a country's two capital letters (ISO 3166-1)")
extension = pattern("[a-z0-9]{1,10}", "an extension of a-z and 0-9 without a dot")
ignored_name = pattern(r"[A-Za-z0-9_.-]{1,40}\*?", "a parameter's name, with a star at its end or none,")
cors_origin = pattern(r"\*|https?://[a-z0-9.-]+(:[0-9]{1,5})?", "* or an origin like https://example.com,")
# No more than what SNS would send a confirmation to; it answers for the rest.
email = pattern(r"[^@\s,]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,}", "an e-mail address")
bucket_name = pattern("|[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", "a bucket's name of a-z, 0-9 and hyphens, or nothing,")


class ConfigError(pulumi.RunError):
    """Settings that cannot be deployed: one sentence a line. Pulumi prints it without a trace."""


def _option(text: str) -> str:
    if text != "all" and text not in table.options:
        raise Unreadable("options of the grammar, or all,", text)
    return text


def _options(text: str) -> tuple[str, ...]:
    names = each(_option)(text)
    return tuple(table.options) if "all" in names else names


def _decoders(text: str) -> tuple[str, ...]:
    names = each(choice(*map(str.lower, decoder_extensions)))(text)
    if not names:
        raise Unreadable(f"at least one of {', '.join(map(str.lower, decoder_extensions))}", text)
    return tuple(decoder for decoder in decoder_extensions if decoder.lower() in names)


def _auto_formats(text: str) -> tuple[str, ...]:
    names = each(choice("avif", "webp"))(text)
    if names == ("avif",):  # auto-avif is asked for by naming both types, and its animations are WebP (url-contract)
        raise Unreadable("webp beside avif, which is for viewers that take both,", text)
    return names


readers: Mapping[str, Reader[object]] = {
    "sizes": choice("ladder", "exact", "presets"),
    "openOptions": _options,
    "presets": each(registrations.preset),
    "ignoreParams": each(ignored_name),
    "dialect": each(choice(*dialect_names)),
    "lenient": boolean,
    "autoFormats": _auto_formats,
    "saveData": boolean,
    "files": each(extension),
    "access": each(registrations.access),
    "accessKeys": credentials.unseen(each(credentials.access_key)),
    "tokenKeys": credentials.unseen(each(credentials.token_key)),
    "accessUsers": credentials.unseen(each(credentials.access_user)),
    "trustedKeys": each(credentials.public_key),
    "waf": boolean,
    "domains": each(host_names.domain),
    "hostedZone": host_names.zone,
    "certificateArn": host_names.certificate,
    "minimumTls": choice(*host_names.tls_policies),
    "routes": each(routes.route),
    "requestHeaders": each(header_rules.request_rule),
    "responseHeaders": each(header_rules.response_rule),
    "tokenExchanges": each(exchanges.exchange),
    "decoders": _decoders,
    "watermarks": each(registrations.watermark),
    "generators": each(declarations.read, "texts (- | before each generator)"),
    "pregenerate": each(registrations.ahead),
    "maxSourceMegabytes": whole(1, 200),
    "maxSourceMegapixels": whole(1, 200),
    "maxSourceSidePx": whole(64, 65_535),
    "maxFrames": whole(1, 5_000),
    "maxAnimationMegapixels": whole(1, 1_000),
    # The edge has 30 s (AWS "Quotas on Lambda@Edge", read 2026-11), of which storing and answering take their part.
    "imageTimeoutSeconds": whole(1, 25),
    "browserCacheSeconds": whole(0, 31_536_000),
    "fallback": boolean,
    "debug": boolean,
    "playground": boolean,
    "cors": each(cors_origin),
    "acceptUnbounded": boolean,
    "originalsBucket": bucket_name,
    "protect": boolean,
    "forceDestroy": boolean,
    # SQS delays by 900 s at the most ("Amazon SQS delay queues", read 2026-11).
    "secondSweepSeconds": whole(1, 900),
    # CloudFront takes 150 paths or tags a second (AWS "Quotas on invalidations", read 2026-11).
    "invalidationsPerMinute": whole(1, 9_000),
    "quarantine": boolean,
    "notifications": boolean,
    "eventBridge": boolean,
    "previousVersionDays": whole(0, 3_650),
    "variantDays": whole(1, 3_650),
    "priceClass": choice("PriceClass_100", "PriceClass_200", "PriceClass_All"),
    "geoAllow": each(country),
    "geoDeny": each(country),
    "originShield": shield.setting,
    "mode": choice("edge", "regional"),
    "store": boolean,
    # AWS "Quotas on Lambda@Edge", origin events, read 2026-11; below 512 MB the largest pictures do not fit.
    "memory": whole(512, 10_240),
    "precompile": boolean,
    "logRegions": each(either("auto", region_name)),
    "logRetentionDays": number_of(*retention_days),
    "metrics": boolean,
    "additionalMetrics": boolean,
    "dashboard": boolean,
    "alarms": boolean,
    "alarmEmails": each(email),
    "alarm5xxPercent": whole(1, 100),
    "monthlyBudgetUsd": whole(0, 10_000_000),
    "accessLogs": boolean,
    "accessLogDays": whole(1, 3_650),
    "rendersPerHour": whole(0, 100_000_000),
    "traffic": traffic.profile,
}


def read(texts: Mapping[str, str], *, region: str) -> StackConfig:
    """The settings of a stack in a Region, from their texts by name.

    Raises ConfigError with one sentence for each mistake, all of them.
    """
    mistakes = [_unknown(name) for name in sorted(set(texts) - set(readers))]
    # What cannot be read stays None, so that the checks across settings run all the same.
    fields: dict[str, object] = dict.fromkeys(map(snake, readers))
    for name, reader in readers.items():
        if name not in texts:
            mistakes.append(f"Expected a value for {name}: Pulumi.yaml has its default.")
            continue
        try:
            fields[snake(name)] = reader(texts[name])
        except Unreadable as error:
            mistakes.append(_sentence(name, error))
    config = StackConfig(**fields)  # type: ignore[arg-type]  # each reader gives its field's type; a test looks
    mistakes += [sentence for check in checks.all_checks if (sentence := check(config, region))]
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return config


def texts() -> dict[str, str]:
    """The settings of the running program's stack, as the engine hands them on; those that nobody declared, too."""
    prefix = f"{pulumi.get_project()}:"
    known = {**runtime.get_config_env(), **runtime.CONFIG.get()}
    names = [key.removeprefix(prefix) for key in known if key.startswith(prefix)]
    settings = pulumi.Config()
    return {name: settings.get(name) or "" for name in names}


def snake(name: str) -> str:
    """The field of a setting: `variantDays` is `variant_days`."""
    return re.sub("[A-Z]", lambda found: "_" + found.group().lower(), name)


def _sentence(name: str, error: Unreadable) -> str:
    return f"Expected {error.wanted} for {name}, received {error.found!r}."


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, readers, n=1)
    return f"Expected a setting of Pulumi.yaml, received {name!r}" + (f": did you mean {close[0]}?" if close else ".")
