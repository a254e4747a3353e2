"""A TOML file that a user may have written, and the line on which something stands in it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from openiort.core.errors import InputError

LARGEST_FILE_bytes = 500_000


def read_text(file: str | Path, what: str) -> str:
    """The text of a file.

    Args:
        file: to read.
        what: it is, in words.

    Raises:
        InputError: it cannot be read, is too large, or is no UTF-8.
    """
    return decoded(read_content(file, what), str(file), what)


def read_content(file: str | Path, what: str) -> bytes:
    """The bytes of a file, of a large one the first.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with Path(file).expanduser().open("rb") as stream:
            return stream.read(LARGEST_FILE_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot read the {what}: {reason}", where=str(file), allowed="a TOML file",
                         fix="check the name") from error


def decoded(content: bytes, name: str, what: str) -> str:
    """The text of a file's content.

    Raises:
        InputError: it is too large, or no UTF-8.
    """
    if len(content) > LARGEST_FILE_bytes:
        raise InputError(f"this is too large for a {what}", where=name, allowed=f"up to {LARGEST_FILE_bytes} bytes",
                         fix="check that it is the right file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"this is no UTF-8: byte 0x{content[error.start]:02x}", where=f"{name}, line {line}",
                         allowed="a TOML file, which is UTF-8", fix="save it as UTF-8") from error


def parsed(text: str, name: str) -> dict[str, Any]:
    """The content of a TOML text.

    Raises:
        InputError: it is none; the message has the line.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        reason, _, place = str(error).partition(" (at ")
        number = re.search(r"line (\d+)", place)
        line = number[1] if number else len(text.splitlines())
        raise InputError(f"no valid TOML: {reason}", where=f"{name}, line {line}",
                         allowed="`key = value`, each key once, texts in quotation marks",
                         fix="correct this line, or the one before") from error
    except RecursionError as error:
        raise InputError("no valid TOML: nested too deeply", where=name, allowed="a few levels",
                         fix="write it flatter") from error


def line_of(text: str, table: str, number: int = 1, *words: str) -> int:
    """Line of the first of some words that is found in the n-th table of a name; else the table's own first line.

    Args:
        text: of the file.
        table: its name; empty for what stands before the first table. One that is not there: the whole file.
        number: which of several `[[table]]`, from 1.
        words: keys or values, the most telling first.
    """
    lines = text.splitlines()
    first, last = _block(lines, table, number)
    for word in words:
        pattern = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-])") if word else None
        for place in range(first, last):
            if pattern and pattern.search(lines[place].partition(" #")[0]):
                return place + 1
    return first + 1


def _block(lines: list[str], table: str, number: int) -> tuple[int, int]:
    heads = [place for place, line in enumerate(lines) if re.match(r"\s*\[\[?\s*[\w\"']+\s*\]", line)]
    own = [place for place in heads if lines[place].strip().lstrip("[").split("]")[0].strip(" \"'") == table]
    if not table:
        return 0, (heads or [len(lines)])[0]
    if len(own) < number:
        return 0, len(lines)
    first = own[number - 1]
    return first, next((place for place in heads if place > first), len(lines))
