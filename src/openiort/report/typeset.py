"""PDF by typst: no network, no font of the machine. Pages are set in the DejaVu Sans that comes with matplotlib."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import typst
from matplotlib.ft2font import FT2Font

FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")
ARCHIVAL = ("a-2b",)
ARCHIVAL_FOR_SCREEN_READERS = ("a-2a", "ua-1")


def typeset(files: dict[str, bytes], made: datetime.datetime | None,
            standards: tuple[str, ...] = ARCHIVAL) -> bytes:
    """The PDF of `main.typ`; PDF/A-2b or other standards where it is dated.

    Args:
        files: template, data and pictures by name.
        made: date and time to put on it; the same files and date give the same bytes.
        standards: names as typst has them; what the template lacks for one of them is an error.
    """
    compiled = typst.Compiler(files, font_paths=_fonts(), ignore_system_fonts=True)
    # an archival PDF must be dated; a made-up date would be worse than none
    kept: Any = list(standards) if made else None
    page = compiled.compile(format="pdf", timestamp=made, pdf_standards=kept)
    if not isinstance(page, bytes):
        raise TypeError(f"typst gave {type(page).__name__}, not one PDF")
    return page


@cache
def known_characters() -> frozenset[int]:
    """Code points that regular and bold have."""
    maps = [frozenset(FT2Font(str(_font_folder() / name)).get_charmap()) for name in FONTS[:2]]
    return frozenset.intersection(*maps)


def _font_folder() -> Path:
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


@cache
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_font_folder()])
