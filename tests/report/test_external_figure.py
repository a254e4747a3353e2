"""The picture of tangents: every isodose that it names, reproducible, fields drawn."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from openiort.external.external_dose import ExternalDose
from openiort.external.photon_field import PhotonField, Rectangle, divided
from openiort.external.schedule import find_schedule
from openiort.report.external_figure import ISODOSES, external_figure
from openiort.report.figure_style import drawing, png
from tests.external.breast_patient import GRID, breast_patient


def example() -> ExternalDose:
    opening = Rectangle((0.0, 80.0), (-50.0, 50.0))
    fields = [PhotonField(name, angle, (60.0, -50.0, 0.0), sign, opening, divided(opening, 20.0))
              for name, angle, sign in (("medial", 300.0, 1), ("lateral", 120.0, -1))]
    y = GRID.origin_mm[1] + 5.0 * np.arange(GRID.shape[1])
    dose = np.broadcast_to(np.interp(y, [-60, 20], [44.0, 0.0])[None, :, None], GRID.shape)
    return ExternalDose(GRID, dose, None, find_schedule("40/15"), 15, "tangents", "water",
                        provenance={"fields": [asdict(field) for field in fields], "side": "left"})


def test_legend_names_isodoses_field_and_breast() -> None:
    with drawing():
        figure = external_figure(breast_patient(), example(), "left breast")
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == [*(f"{level:g} %" for level in ISODOSES), "edge of a field", "breast"]
    assert len(figure.axes[0].lines) == 4  # both edges of both fields, on the axial plane alone
    assert not figure.axes[1].lines
    assert all(len(part.collections) == len(ISODOSES) + 1 for part in figure.axes)


def test_same_bytes_each_time() -> None:
    with drawing():
        assert png(external_figure(breast_patient(), example())) == png(external_figure(breast_patient(), example()))
