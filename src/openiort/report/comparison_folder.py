"""A comparison as a folder of files: record, page and figures; her name is in none of them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from openiort.plan.compared_side import ComparedSide
from openiort.plan.comparison import Comparison
from openiort.plan.dvh import DVH
from openiort.plan.plan_record import NOT_A_MEDICAL_DEVICE, PROGRAM, SIGNIFICANT_DIGITS, json_ready
from openiort.plan.voxel_noise import figures_without_noise
from openiort.report.choice_figure import choice_figure
from openiort.report.compared_dvh_figure import compared_dvh_figure
from openiort.report.compared_plane_figure import compared_plane_figure
from openiort.report.comparison_data import comparison_data
from openiort.report.comparison_details import comparison_details
from openiort.report.figure_style import drawing, png, svg
from openiort.report.output_folder import COMPARISON_NAMES, write_folder
from openiort.report.typeset import known_characters, typeset

TEMPLATE, STYLE, DETAIL = "comparison_page.typ", "page_style.typ", "comparison_detail.typ"
RECORD, PAGE = COMPARISON_NAMES[:2]
FORMAT, NEEDED_bytes = 1, 2_000_000
UNITS = "doses in Gy, volumes in cc; EQD2 in Gy of 2 Gy fractions; percentages of doses are of the course's 100 %"


def comparison_record(sides: Sequence[ComparedSide], pseudonym: str, notes: Sequence[str],
                      provenance: Mapping[str, Any], comparison: Comparison | None = None) -> dict[str, Any]:
    """Everything, ready for JSON; nothing of her identity but the pseudonym."""
    record: dict[str, Any] = json_ready({
        "program": PROGRAM, "format": FORMAT, "not_a_medical_device": NOT_A_MEDICAL_DEVICE, "units": UNITS,
        "pseudonym": pseudonym, **{side.title.lower(): _side(side) for side in sides},
        **({} if comparison is None else comparison_details(comparison)), "notes": list(notes),
    }, SIGNIFICANT_DIGITS)
    return record | {"provenance": json_ready(dict(provenance))}


def _side(side: ComparedSide) -> dict[str, Any]:
    if side.absent:
        return {"absent": side.absent}
    figures = figures_without_noise if side.is_noisy else DVH.figures
    structures = {
        name: {"physical": figures(dvh), "eqd2": figures(side.eqd2[name]), "endpoint": side.endpoints[name].name,
               "alpha_beta_Gy": side.endpoints[name]["alpha_beta_Gy"].value}
        for name, dvh in side.physical.items()
    }
    return {"absent": None, "facts": dict(side.facts), "structures": structures, "missing": dict(side.missing),
            "notes": list(side.notes)}


def comparison_figures(sides: Sequence[ComparedSide], comparison: Comparison | None = None) -> dict[str, Figure]:
    """Name -> figure: `dvh`; with a plan `planes` too, and `spheres` where other spheres were asked for."""
    if comparison is None:
        return {"dvh": compared_dvh_figure(sides)}
    samples = {"physical": comparison.samples, "eqd2": comparison.eqd2_samples()}
    found = {"dvh": compared_dvh_figure(sides, samples), "planes": compared_plane_figure(comparison)}
    if comparison.choice is not None:
        found["spheres"] = choice_figure(comparison.choice, tuple(one.goal for one in comparison.goals))
    return found


def comparison_page(sides: Sequence[ComparedSide], pseudonym: str, notes: Sequence[str],
                    figures_svg: Mapping[str, bytes], *, comparison: Comparison | None = None,
                    made: datetime.datetime | None = None) -> bytes:
    """The page as PDF; the same input and date give the same bytes."""
    data = comparison_data(sides, pseudonym, notes, comparison=comparison, known=known_characters(), made=made)
    folder = resources.files("openiort.report")
    templates = {name: folder.joinpath(name).read_bytes() for name in (STYLE, DETAIL)}
    drawings = {f"{name}.svg": drawn for name, drawn in figures_svg.items()}
    return typeset({"main.typ": folder.joinpath(TEMPLATE).read_bytes(), **templates, **drawings,
                    "data.json": json.dumps(data).encode()}, made)


def save_comparison(sides: Sequence[ComparedSide], pseudonym: str, notes: Sequence[str],
                    provenance: Mapping[str, Any], folder: Path,
                    comparison: Comparison | None = None) -> tuple[str, ...]:
    """Write the files into a new or empty folder, or nothing.

    Raises:
        InputError: the folder cannot be used.
    """
    written: list[str] = []

    def fill(beside: Path) -> None:
        written.extend(write_comparison(sides, pseudonym, notes, provenance, beside, comparison))

    write_folder(folder, fill, only_empty=True, private=False, needed_bytes=NEEDED_bytes)
    return tuple(written)


def write_comparison(sides: Sequence[ComparedSide], pseudonym: str, notes: Sequence[str],
                     provenance: Mapping[str, Any], folder: Path,
                     comparison: Comparison | None = None) -> tuple[str, ...]:
    """Write the files into a folder that is there; their names."""
    record = comparison_record(sides, pseudonym, notes, provenance, comparison)
    text = json.dumps(record, allow_nan=False, ensure_ascii=False, indent=1)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")
    figures = comparison_figures(sides, comparison)
    with drawing():
        for name, figure in figures.items():
            (folder / f"{name}.png").write_bytes(png(figure))
        drawn = {name: svg(figure) for name, figure in figures.items()}
    made = datetime.datetime.now().astimezone().replace(microsecond=0)
    (folder / PAGE).write_bytes(comparison_page(sides, pseudonym, notes, drawn, comparison=comparison, made=made))
    return (RECORD, PAGE, *(f"{name}.png" for name in figures))
