"""The report that is looked at and signed: two A4 sides as PDF, made by typst from `plan_page.typ`.

What decides stands on the first side, the evidence for it on the second. All text reaches the template as JSON strings,
never as markup.
"""

from __future__ import annotations

import datetime
import json
from importlib import resources

from openiort.plan.plan import Plan
from openiort.report.figure_style import drawing, svg
from openiort.report.page_data import page_data
from openiort.report.plan_figures import plan_figures
from openiort.report.typeset import known_characters, typeset

TEMPLATE, PARTS = "plan_page.typ", ("page_style.typ", "page_decides.typ", "page_evidence.typ")
INSERTION = "insertion"


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
    return typeset(files, made)


def page_files(plan: Plan, *, deidentify: bool = False, figures: dict[str, bytes] | None = None,
               made: datetime.datetime | None = None) -> dict[str, bytes]:
    """What typst compiles: templates, data and figures by file name."""
    drawn = figures or figure_svgs(plan)
    data = page_data(plan, deidentify=deidentify, known=known_characters(), made=made,
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
