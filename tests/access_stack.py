"""A stack with every access mode, routes, headers by path, an exchange of tokens and a firewall, running."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from PIL import Image

from mirage.sign import password_hash
from tests.access_world import b64url
from tests.emulator_originals import four_corners, jpeg, png
from tests.issuer_world import private_pem, public_pem
from tests.running import Emulator, root, running

name = "access-under-test"
signing_secret = "an-example-secret-of-32-bytes-ok!"
token_secret = "another-secret-of-32-bytes-too..."
password = "correct horse battery staple 12"
salt = b"sixteen byte salt"
issuer = "https://login.example/pool/"
# It needs longer than the edge has, so viewers get a placeholder first; `access` is signed where nothing is said.
painting = """
name: painting
path: /gen/painting/{prompt:text}.png
secrets: {token: "secretsmanager:mirage/replicate-token"}
request:
  method: POST
  url: https://api.replicate.com/v1/models/black-forest-labs/flux-schnell/predictions
  headers: {Authorization: "Bearer {token}"}
  body: {input: {prompt: "{prompt}", output_format: png}}
poll: {url: /urls/get, status: /status, done: [succeeded], failed: [failed, canceled]}
response: {image: url, pointer: /output/0, hosts: [replicate.delivery]}
timeout: 120
budget: {hour: 20}
"""
folders = ("", "shop", "team", "home", "app", "members", "mail", "press", "new")
settings = {
    "aws:region": "eu-central-1",
    "mirage:sizes": "exact",
    "mirage:openOptions": ["all"],
    "mirage:acceptUnbounded": True,
    "mirage:fallback": True,
    "mirage:presets": ["card w=160&h=100&fit=cover"],
    "mirage:access": ["presets /shop/", "signed /team/", "basic /home/", "jwt /app/", "cloudfront /members/"],
    # Secrets, as `pulumi config set --secret` writes them; their plain values are in the environment.
    "mirage:accessKeys": {"secure": "v1:encrypted"},
    "mirage:tokenKeys": {"secure": "v1:encrypted"},
    "mirage:accessUsers": {"secure": "v1:encrypted"},
    "mirage:trustedKeys": [public_pem("cookies")],
    "mirage:tokenExchanges": [f"/members/ issuer={issuer} audience=pictures key=ssm:/mirage/cookies seconds=3600"],
    "mirage:routes": ["/old/ /new/"],
    "mirage:requestHeaders": ["/mail/ accept=image/jpeg", "/mail/ -save-data"],
    "mirage:responseHeaders": ["/press/ X-Robots-Tag=noindex", "/press/ -Server-Timing"],
    "mirage:generators": [painting],
    "mirage:waf": True,
}
secrets = {
    "MIRAGE_CONFIG_accessKeys": json.dumps([f"k1 {signing_secret} path=/team/", f"k2 {token_secret}"]),
    "MIRAGE_CONFIG_tokenKeys": json.dumps([f"default {token_secret} aud=pictures"]),
    "MIRAGE_CONFIG_accessUsers": json.dumps([f"alice {b64url(salt)} {password_hash(password, salt)}"]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The running stack, and a folder with what its people have: `private.pem`."""

    emulator: Emulator
    folder: Path

    @property
    def key_id(self) -> str:
        return str(self.emulator.tell("GET", "/resources")["outputs"]["trustedKeyIds"][0])

    def token(self, **claims: object) -> str:
        """A token of the identity provider."""
        return str(self.emulator.tell("POST", "/token", {"claims": claims})["token"])


@contextmanager
def closed() -> Iterator[Closed]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        originals = folder / "originals"
        for each in folders:
            (originals / each).mkdir(parents=True, exist_ok=True)
            (originals / each / "1.jpg").write_bytes(jpeg(four_corners((1200, 900))))
        noise = png(Image.effect_noise((1100, 1100), 120).convert("RGB"))
        for each in ("team", "home", "app", "members"):
            (originals / each / "noise.png").write_bytes(noise)
        (folder / "private.pem").write_text(private_pem("cookies"), encoding="utf-8")
        (folder / "secrets.json").write_text(json.dumps({"ssm:/mirage/cookies": private_pem("cookies")}))
        file = root / f"Pulumi.{name}.yaml"
        file.write_text(yaml.safe_dump({"config": settings}), encoding="utf-8")
        try:
            environ = {"STACK": name, "ORIGINALS": str(originals), "MIRAGE_SECRETS": str(folder / "secrets.json")}
            with running(**environ, **secrets) as emulator:
                yield Closed(emulator=emulator, folder=folder)
        finally:
            file.unlink()
