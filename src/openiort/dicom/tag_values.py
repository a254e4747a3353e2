"""Values of DICOM tags, checked: files come from anywhere, so nothing in them is trusted."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from pydicom.dataset import Dataset

from openiort.core.errors import InputError

MAX_TEXT_LENGTH = 1024


def missing(keyword: str, where: str) -> InputError:
    """The error for a tag that is not there, or empty."""
    return InputError(
        f"required DICOM tag {keyword} is missing",
        where=where,
        allowed="files with every tag that the DICOM standard requires of them",
        fix="export the series again; the file may be damaged or cut short",
    )


def invalid(keyword: str, value: object, where: str, allowed: str) -> InputError:
    """The error for a tag whose value cannot be used."""
    return InputError(
        f"DICOM tag {keyword} has the value {str(value)[:80]!r}",
        where=where,
        allowed=allowed,
        fix="export the series again, or leave this file out",
    )


def text(dataset: Dataset, keyword: str) -> str:
    """A tag as one line of text without control characters; empty where it is absent or cannot be decoded."""
    try:
        value = dataset.get(keyword)
    except Exception:  # pydicom raises almost anything on a malformed value
        return ""
    if value is None:
        return ""
    joined = "\\".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)
    return re.sub(r"[\x00-\x1f\x7f]", " ", joined)[:MAX_TEXT_LENGTH].strip()


def uid(dataset: Dataset, keyword: str, where: str) -> str:
    """A unique identifier.

    Raises:
        InputError: it is missing, or has other characters than digits and dots, or more than 64.
    """
    value = text(dataset, keyword)
    if not value:
        raise missing(keyword, where)
    if not re.fullmatch(r"[0-9.]{1,64}", value):
        raise invalid(keyword, value, where, "digits and dots, at most 64")
    return value


def numbers(dataset: Dataset, keyword: str, count: int, where: str) -> tuple[float, ...]:
    """A tag with `count` finite numbers.

    Raises:
        InputError: it is missing, has another count or something that is no finite number.
    """
    try:
        value = dataset.get(keyword)
        if value is None or value == "":
            raise missing(keyword, where)
        several = isinstance(value, Sequence) and not isinstance(value, str)
        found = tuple(float(item) for item in (value if several else [value]))
    except InputError:
        raise
    except Exception as error:  # as in `text`
        raise invalid(keyword, "(not readable)", where, f"{count} finite number(s)") from error
    if len(found) != count or not all(map(math.isfinite, found)):
        raise invalid(keyword, found, where, f"{count} finite number(s)")
    return found


def whole_number(dataset: Dataset, keyword: str, low: int, high: int, where: str) -> int:
    """A tag with one whole number from `low` to `high`.

    Raises:
        InputError: it is missing or anything else.
    """
    value = numbers(dataset, keyword, 1, where)[0]
    if value != int(value) or not low <= value <= high:
        raise invalid(keyword, f"{value:g}", where, f"a whole number from {low} to {high}")
    return int(value)


def items(dataset: Dataset, keyword: str, where: str) -> list[Dataset]:
    """The items of a sequence; none where it is absent or empty.

    Raises:
        InputError: it cannot be read, or is no sequence.
    """
    try:
        value = dataset.get(keyword)
        found = list(value) if value else []
    except Exception as error:  # as in `text`
        raise invalid(keyword, "(not readable)", where, "a sequence") from error
    if not all(isinstance(item, Dataset) for item in found):
        raise invalid(keyword, "(no sequence)", where, "a sequence")
    return found
