"""Where on this machine the CT of a given hash was read from, so that a plan can be replayed.

A path may hold a patient's name: it stands in a file of the user's own that nobody else can read, and in no result.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from pathlib import Path

NAME = "inputs.json"
MOST_KEPT = 500


def remember_place(input_sha256: str, folder: str | Path) -> None:
    """Note where an input lies; where nothing can be stored, nothing is."""
    with contextlib.suppress(OSError, RuntimeError, ValueError):  # RuntimeError: the user has no home
        known = {**_known(), input_sha256: str(Path(folder).expanduser().resolve())}
        _write(dict(list(known.items())[-MOST_KEPT:]))


def known_place(input_sha256: str) -> Path | None:
    """Where that input was read from last; None if it is not known or no longer there."""
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        place = _known().get(input_sha256)
        if place and Path(place).is_dir():
            return Path(place)
    return None


def _file() -> Path:
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "openiort" / NAME


def _known() -> dict[str, str]:
    file = _file()
    content = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return {str(key): str(value) for key, value in content.items()} if isinstance(content, dict) else {}


def _write(known: dict[str, str]) -> None:
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_name(f"{NAME}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as content:
        json.dump(known, content)
    beside.replace(file)
