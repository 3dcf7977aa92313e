"""The emulator's own certificate authority, for the names under amazonaws.com."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path

import trustme


class Authority:
    """Made anew at each start; only the Lambda workers trust it."""

    def __init__(self) -> None:
        self._ca = trustme.CA(organization_name="Mirage emulator")

    def write(self, path: Path) -> Path:
        """The file with its certificate, for the workers."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._ca.cert_pem.write_to_path(str(path))
        return path

    def write_server(self, names: Sequence[str], path: Path) -> Path:
        """The file with key and certificate of a server of these names; a name may begin with `*.`."""
        issued = self._ca.issue_cert(*names)
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        issued.private_key_and_cert_chain_pem.write_to_path(str(path))
        return path

    def server_context(self, names: Sequence[str]) -> ssl.SSLContext:
        """A TLS context of a server of these names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*names).configure_cert(context)
        return context
