"""Text from outside, made fit to be shown: names in DICOM files may hold anything."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

# Text and how many characters of it may stay -> text fit for the page.
Clean = Callable[[str, int], str]
# Control, format (these turn the writing direction round), surrogate, private and unassigned code points.
UNFIT = {"Cc", "Cf", "Cs", "Co", "Cn"}
MISSING = "\N{WHITE SQUARE}"


def plain_text(text: str, longest: int = 0, known: frozenset[int] | None = None) -> str:
    """One line of `text` without control characters.

    Args:
        text: anything.
        longest: cut to so many characters, the last of them an ellipsis; 0 for no limit.
        known: code points that the font has; a white square stands for any other.
    """
    spaced = "".join(" " if character.isspace() else character for character in unicodedata.normalize("NFC", text))
    fit = "".join(character for character in spaced if unicodedata.category(character) not in UNFIT)
    line = " ".join(fit.split())
    if known is not None:
        line = "".join(character if ord(character) in known else MISSING for character in line)
    return line if not longest or len(line) <= longest else line[: longest - 1].rstrip() + "…"


def label_text(text: str, longest: int = 0) -> str:
    """The same for a figure, where a dollar sign must not begin a formula, nor an underscore hide a name."""
    line = plain_text(text, longest).replace("$", r"\$")
    return f" {line}" if line.startswith("_") else line


def person_name(dicom_name: str) -> str:
    """`Family, Given Middle` of a DICOM person name; its first (alphabetic) way of writing, or the next that is set."""
    group = next((part for part in dicom_name.split("=") if part.strip(" ^")), "")
    family, given, middle, prefix, suffix = [*(part.strip() for part in group.split("^")), "", "", "", "", ""][:5]
    first = " ".join(part for part in (prefix, given, middle) if part)
    return ", ".join(part for part in (family, first, suffix) if part)


def dicom_date(date: str) -> str:
    """`YYYY-MM-DD` of a DICOM date, or the text as it is where it is none."""
    digits = date.strip()
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 and digits.isdigit() else digits
