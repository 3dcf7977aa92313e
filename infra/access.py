"""What access modes mean for a stack: which paths are closed, and where a large body is redirected to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from infra import generators
from infra.configuration.exchanges import most_exchanges
from infra.configuration.header_rules import HeaderRule
from infra.configuration.settings import StackConfig

# From the left the stricter: url-contract, "Access modes". These show nobody's pictures to everybody.
private_modes = ("signed", "basic", "jwt", "cloudfront")
# CloudFront takes five keys in a group (AWS "Quotas on signed URLs and signed cookies", read 2026-11).
max_trusted_keys = 5
# CloudFront takes 75 behaviors in a distribution (AWS "General quotas on distributions", read 2026-11); some are ours.
most_rules = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A path that begins and ends with a slash, and the mode of what lies below it."""

    prefix: str
    mode: str

    @property
    def is_private(self) -> bool:
        return self.mode in private_modes


def rules(config: StackConfig) -> tuple[Rule, ...]:
    """Every rule of a stack, its generators' folders among them: the longest prefix first, as CloudFront must look."""
    said = [Rule(prefix=rule.prefix, mode=rule.mode) for rule in config.access]
    said += [Rule(prefix=f"/{prefix}", mode=mode) for prefix, mode in generators.rules(config.generators)]
    return tuple(sorted(said, key=lambda rule: (-len(rule.prefix), rule.prefix)))


def mode_of(path: str, found: Iterable[Rule]) -> str:
    """The mode of a path with its leading slash."""
    return next((rule.mode for rule in found if path.startswith(rule.prefix)), "open")


def redirects(config: StackConfig) -> dict[str, str]:
    """By prefix without its leading slash, `key` where a large body's key can be asked for by everybody, else `stored`.

    url-contract, "Answers": open and basic prefixes of a stack whose every key is open.
    """
    return {
        rule.prefix.removeprefix("/"): "key" if rule.mode in ("open", "basic") else "stored" for rule in rules(config)
    }


def behaviors(found: tuple[Rule, ...], headers: Iterable[HeaderRule] = ()) -> tuple[Rule, ...]:
    """What CloudFront must know, too: closed paths, those within them, and those whose answers have other headers.

    The longest first; others are as the default.
    """
    closed = [rule.prefix for rule in found if rule.is_private]
    known = {rule.prefix for rule in found if any(rule.prefix.startswith(other) for other in closed)}
    paths = (known | {rule.prefix for rule in headers}) - {"/"}
    return tuple(
        Rule(prefix=path, mode=mode_of(path, found)) for path in sorted(paths, key=lambda path: (-len(path), path))
    )


def rules_in_number(config: StackConfig, region: str) -> str:
    headed = {rule.prefix for rule in config.response_headers or ()}
    count = len(config.access or ()) + len(config.generators or ()) + len(headed)
    return (
        f"Expected at most {most_rules} paths for access, generators and responseHeaders, received {count}."
        if count > most_rules
        else ""
    )


def keys_where_trusted(config: StackConfig, region: str) -> str:
    has_mode = any(rule.mode == "cloudfront" for rule in config.access or ())
    has_mode = has_mode or any(mode == "cloudfront" for _, mode in generators.rules(config.generators or ()))
    if config.trusted_keys is None or config.access is None:
        return ""
    if has_mode and not config.trusted_keys:
        return "Expected a public key for trustedKeys where access has the mode cloudfront, received none."
    if len(config.trusted_keys) > max_trusted_keys:
        return f"Expected at most {max_trusted_keys} keys for trustedKeys, received {len(config.trusted_keys)}."
    return ""


def exchanges_fit(config: StackConfig, region: str) -> str:
    """Each exchange opens a path that CloudFront itself closes, and no other exchange does."""
    if config.token_exchanges is None or config.access is None:
        return ""
    paths = [each.path for each in config.token_exchanges]
    closed = {rule.prefix for rule in config.access if rule.mode == "cloudfront"}
    other = next((path for path in paths if path not in closed or paths.count(path) > 1), "")
    if other:
        return f"Expected a path of access with the mode cloudfront, each once, for tokenExchanges, received {other}."
    if len(paths) > most_exchanges:
        return f"Expected at most {most_exchanges} of tokenExchanges, received {len(paths)}."
    return ""


def names_once(config: StackConfig, region: str) -> str:
    lists = {"accessKeys": config.access_keys, "tokenKeys": config.token_keys, "accessUsers": config.access_users}
    for name, said in lists.items():
        keys = [each.key[2:] for each in said or ()]
        twice = ", ".join(sorted({key for key in keys if keys.count(key) > 1}))
        if twice:
            return f"Expected each name once for {name}, received {twice} again."
    return ""


checks: tuple[Callable[[StackConfig, str], str], ...] = (
    rules_in_number,
    keys_where_trusted,
    exchanges_fit,
    names_once,
)
