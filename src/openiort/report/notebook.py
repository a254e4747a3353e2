"""Patients and plans as a notebook shows them: short HTML tables and pictures, by pseudonym only."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from openiort.device.catalogue import time_origin
from openiort.patient.patient import Patient
from openiort.plan.plan import Plan, Range
from openiort.plan.plan_record import NOT_A_MEDICAL_DEVICE
from openiort.report.figure_style import drawing, png
from openiort.report.plain_text import plain_text
from openiort.report.plan_figures import plan_figures
from openiort.report.tissue_figure import tissue_figure
from openiort.report.wording import distance, minutes_seconds

DVH_COLUMNS = ("volume_cc", "mean_Gy", "max_Gy", "D95_Gy", "D2cc_Gy", "D0.1cc_Gy", "V90_percent", "V50_percent")


@dataclass(frozen=True, slots=True)
class Pictures:
    """Figures that show themselves in a notebook, one under the other.

    Attributes:
        figures: matplotlib figures by name.
    """

    figures: dict[str, Figure]

    def _repr_html_(self) -> str:
        return "".join(_image(png_of(figure), name) for name, figure in self.figures.items())

    def save(self, folder: str | Path) -> list[Path]:
        """Write each figure as `<name>.png` into a folder, which is made if need be."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        files = []
        for name, figure in self.figures.items():
            file = place / f"{name}.png"
            file.write_bytes(png_of(figure))
            files.append(file)
        return files


def png_of(figure: Figure) -> bytes:
    """A figure as PNG in this project's style."""
    with drawing():
        return png(figure)


def show_plan(plan: Plan) -> Pictures:
    """Three planes with isodoses, depth dose and DVHs."""
    return Pictures(plan_figures(plan))


def show_patient(patient: Patient) -> Pictures:
    """CT and tissues on three planes through the middle of the body."""
    return Pictures({"tissues": tissue_figure(patient)})


def plan_html(plan: Plan) -> str:
    """A plan's headline, warnings, depth doses and DVH figures."""
    asked, check = plan.prescription, plan.second_check
    head = (
        ("patient", plan.patient.pseudonym),
        ("device", f"{plan.device.name}, {plan.applicator.diameter_mm:g} mm sphere"),
        ("prescription", f"{asked.dose_Gy:g} Gy to water at {asked.depth_mm:g} mm, dose scale {asked.dose_scale}"),
        ("time", f"{minutes_seconds(plan.treatment_time_s)} min:s ({time_origin(plan.device)})"),
        ("second check", f"{check.verdict.upper()}, difference {check.difference_percent:+.1f} %"),
        ("distances", ", ".join(f"{name} {distance(value)}" for name, value in plan.distances_mm.items())),
        ("uncertainty", f"{plan.relative_uncertainty_percent:.1f} % (k=1, mean of D_m,m over 0-10 mm)"),
    )
    depths = [
        (f"{depth:g}", f"{water:.2f}", _range(plan.patient_water_depth_dose_Gy.get(depth)),
         _range(plan.patient_medium_depth_dose_Gy.get(depth)))
        for depth, water in plan.water_depth_dose_Gy.items()
    ]
    figures = {name: dvh.figures() for name, dvh in plan.dvhs.items()}
    rows = [(name, *(_number(found[key]) for key in DVH_COLUMNS)) for name, found in figures.items()]
    return "".join((
        _table((), head),
        "".join(f"<p><b>Warning:</b> {_safe(text)}</p>" for text in plan.warnings),
        _table(("depth (mm)", "water (Gy)", "patient, D_w (Gy)", "patient, D_m,m (Gy)"), depths),
        _table(("structure, D_m,m", *DVH_COLUMNS), rows),
        f"<p>{NOT_A_MEDICAL_DEVICE}</p>",
    ))


def patient_html(patient: Patient) -> str:
    """What was read of a patient and found in her."""
    grid = patient.image.grid
    nz, ny, nx = grid.shape
    head = (
        ("patient", patient.pseudonym),
        ("image", f"{nx} x {ny} x {nz} voxels of {' x '.join(f'{value:.4g}' for value in grid.spacing_mm)} mm"),
    )
    structures = [
        (name, f"{structure.volume_cc(grid):.1f}", structure.origin, "yes" if structure.cut_by_scan else "no")
        for name, structure in patient.structures.items()
    ]
    fractions = patient.tissues.volume_fractions(patient.structure("body").mask)
    tissues = [(name, f"{100 * share:.1f}") for name, share in sorted(fractions.items(), key=lambda item: -item[1])]
    return "".join((
        _table((), head),
        _table(("structure", "volume (cc)", "found", "cut by the scan"), structures),
        _table(("tissue", "share of the body (%)"), tissues),
        "".join(f"<p>Note: {_safe(text)}</p>" for text in patient.notes),
    ))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    titles = "".join(f"<th>{_safe(title)}</th>" for title in head)
    body = "".join("<tr>" + "".join(f"<td>{_safe(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{f'<tr>{titles}</tr>' if head else ''}{body}</table>"


def _safe(text: str) -> str:
    return html.escape(plain_text(text))


def _range(dose: Range | None) -> str:
    return "-" if dose is None else f"{dose.mean:.2f} ({dose.min:.2f} - {dose.max:.2f})"


def _number(value: float | bool | str | None) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "-"


def _image(content: bytes, name: str) -> str:
    data = base64.b64encode(content).decode()
    return f'<img alt="{html.escape(name)}" style="max-width: 100%" src="data:image/png;base64,{data}">'
