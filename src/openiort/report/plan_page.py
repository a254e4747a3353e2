"""The report that is looked at and signed: two A4 sides as PDF, made by typst from `plan_page.typ`.

What decides stands on the first side, the evidence for it on the second. No network, no font of the machine: pages and
figures are set in the DejaVu Sans that comes with matplotlib. All text reaches the template as JSON strings, never as
markup.
"""

from __future__ import annotations

import datetime
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import matplotlib
import typst
from matplotlib.ft2font import FT2Font

from openiort.plan.plan import Plan
from openiort.report.figure_style import drawing, svg
from openiort.report.page_data import page_data
from openiort.report.plan_figures import plan_figures

TEMPLATE, PARTS = "plan_page.typ", ("page_style.typ", "page_decides.typ", "page_evidence.typ")
INSERTION = "insertion"
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")
ARCHIVAL = "a-2b"


def plan_page(plan: Plan, *, deidentify: bool = False, figures: dict[str, bytes] | None = None,
              made: datetime.datetime | None = None) -> bytes:
    """The two pages as PDF, PDF/A-2b where it is dated.

    Args:
        plan: what to show.
        deidentify: leave out all that the clinic knows her by.
        figures: SVG of `planes`, `depth_dose` and `dvh`, when they are drawn already; `insertion` is shown if it is
            among them.
        made: date and time to put on it; the same plan and date give the same bytes.
    """
    files = page_files(plan, deidentify=deidentify, figures=figures, made=made)
    compiled = typst.Compiler(files, font_paths=_fonts(), ignore_system_fonts=True)
    # an archival PDF must be dated; a made-up date would be worse than none
    standard: Any = ARCHIVAL if made else None
    page = compiled.compile(format="pdf", timestamp=made, pdf_standards=standard)
    if not isinstance(page, bytes):
        raise TypeError(f"typst gave {type(page).__name__}, not one PDF")
    return page


def page_files(plan: Plan, *, deidentify: bool = False, figures: dict[str, bytes] | None = None,
               made: datetime.datetime | None = None) -> dict[str, bytes]:
    """What typst compiles: templates, data and figures by file name."""
    drawn = figures or figure_svgs(plan)
    data = page_data(plan, deidentify=deidentify, known=_known_characters(), made=made,
                     with_insertion=INSERTION in drawn)
    folder = resources.files("openiort.report")
    parts = {name: folder.joinpath(name).read_bytes() for name in PARTS}
    pictures = {f"{name}.svg": content for name, content in drawn.items()}
    return {"main.typ": folder.joinpath(TEMPLATE).read_bytes(), **parts, "data.json": json.dumps(data).encode(),
            **pictures}


def figure_svgs(plan: Plan) -> dict[str, bytes]:
    """The pages' figures as SVG."""
    figures = plan_figures(plan)
    with drawing():
        return {name: svg(figure) for name, figure in figures.items()}


def _font_folder() -> Path:
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


@cache
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_font_folder()])


@cache
def _known_characters() -> frozenset[int]:
    """Code points that regular and bold have."""
    maps = [frozenset(FT2Font(str(_font_folder() / name)).get_charmap()) for name in FONTS[:2]]
    return frozenset.intersection(*maps)
