"""Why the emulator does not start."""

from __future__ import annotations


class Stopped(Exception):
    """The start ends here, with exit status 2 and this text: a sentence for the person at the keyboard."""
