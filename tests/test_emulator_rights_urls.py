"""Each right behind a Function URL, taken away: CloudFront's to call it, and the exchange of tokens' own."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from emulator.program import Declared, Resource, declare
from tests.chain_world import World, with_resources, world
from tests.declared import lent, stack
from tests.emulator_originals import png
from tests.issuer_world import private_pem, public_pem
from tests.rights_world import answered, granted, keep, missed, play, without

pytestmark = pytest.mark.emulator
picture = png(Image.new("RGB", (40, 30), (240, 120, 20)))
settings = {
    "access": json.dumps(["cloudfront /members/"]),
    "trustedKeys": json.dumps([public_pem("cookies")]),
    "tokenExchanges": json.dumps(
        ["/members/ issuer=https://login.example/pool/ audience=pictures key=ssm:/mirage/cookies"]
    ),
}


async def cookies(here: World) -> int:
    """The status of an exchange of a token, each time of another one: CloudFront keeps an error for its token."""
    here.chain.aws.secrets.values["ssm:/mirage/cookies"] = private_pem("cookies")
    token = here.chain.aws.providers.token("https://login.example/pool/", {"jti": str(uuid4())})
    return (await here.get("/_mirage/token?path=/members/", {"authorization": f"Bearer {token}"})).status


async def its_log(here: World) -> bool:
    found: list[bool] = []
    here.chain.aws.lambdas.ended.append(lambda made: found.append(bool(made.logs)))
    await here.get("/_mirage/token?path=/members/", {"authorization": "Bearer none"})
    here.chain.aws.lambdas.ended.pop()
    return found[-1]


token_cases = {
    ("ssm:GetParameters", "/mirage/cookies"): (cookies, 204, 503),
    ("logs:CreateLogStream", "token"): (its_log, True, False),
    ("logs:PutLogEvents", "token"): (its_log, True, False),
}


def test_without_a_right_a_token_gets_no_cookies(tmp_path: Path) -> None:
    found = stack(**settings)

    async def story(here: World) -> None:
        for (action, part), (look, whole, lesser) in token_cases.items():
            with without(here, "token", action, part):  # first: a process keeps the key that it has read
                assert await look(here) == lesser, action
            assert await look(here) == whole, action

    play(found, tmp_path, story)
    taken = [("token", action, part) for action, part in token_cases]
    assert missed(granted(found) - granted(stack()), taken) == set()


async def made(here: World) -> int:
    await keep(here, here.chain.originals, "a.png", picture)
    return (await answered(here, "/a.png?w=20"))[0]


permissions = {
    "regional-url": (lambda: declare("regional", config=lent), made),
    "regional-by-url": (lambda: declare("regional", config=lent), made),
    "token-url": (lambda: stack(**settings), cookies),
    "token-by-url": (lambda: stack(**settings), cookies),
}


@pytest.mark.parametrize("name", permissions)
def test_without_a_permission_cloudfront_may_not_call_the_url(name: str, tmp_path: Path) -> None:
    make, look = permissions[name]

    def less(each: Resource) -> Resource | None:
        return None if each.type.endswith(":Permission") and each.name == name else each

    async def status(found: Declared) -> int:
        async with world(found, tmp_path) as here:
            return await look(here)

    found = make()
    lesser = with_resources(found, less)
    assert len(lesser.resources) == len(found.resources) - 1
    assert asyncio.run(status(lesser)) == 403
