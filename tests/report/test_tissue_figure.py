"""The picture of the tissue map: colours of tissues and mixtures, planes, marks."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_rgb
from pytest import approx

from openiort.report.figure_style import png
from openiort.report.tissue_figure import COLOURS, tissue_colours, tissue_figure
from tests.plan_factory import make_patient


def test_colours_are_those_of_the_tissue_at_the_point() -> None:
    # the factory's anatomy: lung plates at y 20 to 60 mm, nothing outside the half cylinder
    lung, outside = tissue_colours(make_patient(), np.array([[40.0, 40.0, 0.0], [0.0, 0.0, 500.0]]))
    assert lung == approx(to_rgb(COLOURS["lung"]))
    assert outside == approx(to_rgb(COLOURS["air"]))


def test_every_tissue_of_the_palette_has_a_colour() -> None:
    tissues = {name for shares in make_patient().tissues.tissue_of_material for name in shares}
    assert tissues == set(COLOURS)


def test_mixture_has_the_mixed_colour() -> None:
    patient = make_patient()
    shares = patient.tissues.tissue_of_material
    half = next(k for k, share in enumerate(shares) if share.get("gland", 0) == approx(0.5, abs=0.03))
    index = patient.tissues.material_index.copy()
    index[:] = half
    mixed = type(patient.tissues)(patient.tissues.materials, index, patient.tissues.density_g_cm3, shares)
    changed = type(patient)(patient.image, patient.structures, mixed, patient.pseudonym)
    mixed_colour = sum(share * np.array(to_rgb(COLOURS[name])) for name, share in shares[half].items())
    assert tissue_colours(changed, np.zeros((1, 3)))[0] == approx(mixed_colour)


def test_figure_shows_all_planes_twice_and_names_the_shares() -> None:
    figure = tissue_figure(make_patient(), (-30.0, -24.0, 10.0))
    assert len(figure.axes) == 6
    texts = " ".join(text.get_text() for text in figure.legends[0].get_texts())
    fractions = make_patient().tissues.volume_fractions(make_patient().structure("body").mask)
    assert f"lung {100 * fractions['lung']:.1f} %" in texts
    assert png(figure).startswith(b"\x89PNG")
