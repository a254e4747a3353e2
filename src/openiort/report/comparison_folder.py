"""A comparison as a folder of files: `comparison.json`, `comparison.pdf` and `dvh.png`; her name is in none of them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from openiort.plan.compared_side import ComparedSide
from openiort.plan.plan_record import NOT_A_MEDICAL_DEVICE, PROGRAM, SIGNIFICANT_DIGITS, json_ready
from openiort.report.compared_dvh_figure import compared_dvh_figure
from openiort.report.comparison_data import comparison_data
from openiort.report.figure_style import drawing, png, svg
from openiort.report.output_folder import write_folder
from openiort.report.typeset import known_characters, typeset

TEMPLATE, STYLE = "comparison_page.typ", "page_style.typ"
FILES = ("comparison.json", "comparison.pdf", "dvh.png")
FORMAT, NEEDED_bytes = 1, 2_000_000
UNITS = "doses in Gy, volumes in cc; EQD2 in Gy of 2 Gy fractions; percentages of doses are of the course's 100 %"


def comparison_record(sides: Sequence[ComparedSide], pseudonym: str, notes: Sequence[str],
                      provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Everything, ready for JSON; nothing of her identity but the pseudonym."""
    record: dict[str, Any] = json_ready({
        "program": PROGRAM, "format": FORMAT, "not_a_medical_device": NOT_A_MEDICAL_DEVICE, "units": UNITS,
        "pseudonym": pseudonym, **{side.title.lower(): _side(side) for side in sides}, "notes": list(notes),
    }, SIGNIFICANT_DIGITS)
    return record | {"provenance": json_ready(dict(provenance))}


def _side(side: ComparedSide) -> dict[str, Any]:
    if side.absent:
        return {"absent": side.absent}
    structures = {
        name: {"physical": dvh.figures(), "eqd2": side.eqd2[name].figures(), "endpoint": side.endpoints[name].name,
               "alpha_beta_Gy": side.endpoints[name]["alpha_beta_Gy"].value}
        for name, dvh in side.physical.items()
    }
    return {"absent": None, "facts": dict(side.facts), "structures": structures, "missing": dict(side.missing),
            "notes": list(side.notes)}


def comparison_page(sides: Sequence[ComparedSide], pseudonym: str, notes: Sequence[str], figure_svg: bytes, *,
                    made: datetime.datetime | None = None) -> bytes:
    """The page as PDF; the same input and date give the same bytes."""
    data = comparison_data(sides, pseudonym, notes, known=known_characters(), made=made)
    folder = resources.files("openiort.report")
    return typeset({"main.typ": folder.joinpath(TEMPLATE).read_bytes(), STYLE: folder.joinpath(STYLE).read_bytes(),
                    "data.json": json.dumps(data).encode(), "dvh.svg": figure_svg}, made)


def save_comparison(sides: Sequence[ComparedSide], pseudonym: str, notes: Sequence[str],
                    provenance: Mapping[str, Any], folder: Path) -> tuple[str, ...]:
    """Write the files into a new or empty folder, or nothing.

    Raises:
        InputError: the folder cannot be used.
    """

    def fill(beside: Path) -> None:
        record = comparison_record(sides, pseudonym, notes, provenance)
        text = json.dumps(record, allow_nan=False, ensure_ascii=False, indent=1)
        (beside / FILES[0]).write_text(text + "\n", encoding="utf-8")
        figure = compared_dvh_figure(sides)
        with drawing():
            (beside / FILES[2]).write_bytes(png(figure))
            drawn = svg(figure)
        made = datetime.datetime.now().astimezone().replace(microsecond=0)
        (beside / FILES[1]).write_bytes(comparison_page(sides, pseudonym, notes, drawn, made=made))

    write_folder(folder, fill, only_empty=True, private=False, needed_bytes=NEEDED_bytes)
    return FILES
