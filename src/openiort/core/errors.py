"""The tree of errors; every message says what is wrong, where, what is allowed and how to fix it."""

from __future__ import annotations


class OpenIORTError(Exception):
    """Root of every error this package raises on purpose."""


def first_cause(error: OSError) -> OSError:
    """The error of the file system itself: libraries wrap it in another one, whose text is theirs and has no number."""
    cause: BaseException | None = error
    while isinstance(cause, OSError) and cause.errno is None:
        cause = cause.__cause__ or cause.__context__
    return cause if isinstance(cause, OSError) else error


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
