"""The tree of errors; every message says what is wrong, where, what is allowed and how to fix it."""

from __future__ import annotations


class OpenIORTError(Exception):
    """Root of every error this package raises on purpose."""


class InputError(OpenIORTError):
    """Something the user gave cannot be used; the command line ends with exit code 2.

    Args:
        what: what is wrong, with the value.
        where: the file, field or option it stands in.
        allowed: what would be accepted.
        fix: what the user can do.
    """

    def __init__(self, what: str, *, where: str = "", allowed: str = "", fix: str = "") -> None:
        self.what = what
        self.where = where
        self.allowed = allowed
        self.fix = fix
        super().__init__(self.text())

    def text(self) -> str:
        """The message as it is shown: one line a part, empty parts left out."""
        parts = (("where", self.where), ("allowed", self.allowed), ("fix", self.fix))
        lines = [f"  {name + ':':<9}{value}" for name, value in parts if value]
        return "\n".join([self.what, *lines])
