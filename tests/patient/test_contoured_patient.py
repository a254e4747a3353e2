"""Drawn structures in the place of found ones, on a chest whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.patient.anatomy import find_anatomy
from openiort.patient.contoured_patient import anatomy_with_contours, contoured_structures
from openiort.patient.contours import ContouredROI
from openiort.patient.tissue_palette import AIR, tissue_palette
from tests.patient.drawn import FRAME, circle, rectangle, roi
from tests.patient.phantoms import axes_mm, chest

IMAGE = chest()
SHAPE, SPACING_mm = IMAGE.grid.shape, IMAGE.grid.spacing_mm
HEIGHTS_mm = [4.0 * k for k in range(SHAPE[0])]
LENGTH_cm = SHAPE[0] * 4.0 / 10
PALETTE = tissue_palette()


def ellipse(half_x_mm, half_y_mm, centre_mm=(0.0, 0.0), heights_mm=HEIGHTS_mm):
    """Contours of a cylinder; coordinates from the middle of the image, as in `phantoms`."""
    middle = np.array([(SHAPE[2] - 1) / 2 * SPACING_mm[0], (SHAPE[1] - 1) / 2 * SPACING_mm[1], 0.0])
    unit = [circle(1.0, z, (0.0, 0.0), 240) for z in heights_mm]
    return [line * [half_x_mm, half_y_mm, 1] + [*centre_mm, 0] + middle for line in unit]


def anatomy(*rois: ContouredROI):
    drawn, notes = contoured_structures(rois, IMAGE.grid)
    structures, tissues, more = anatomy_with_contours(IMAGE, drawn, skin_mm=3.0)
    return structures, tissues, (*notes, *more)


def material(tissues, structure):
    return set(np.unique(tissues.material_index[structure.mask]))


def volume_cc(structure):
    return structure.volume_cc(IMAGE.grid)


def test_nothing_drawn_is_the_automatic_anatomy():
    structures, tissues, notes = anatomy()
    expected, expected_tissues, _ = find_anatomy(IMAGE, skin_mm=3.0)
    assert notes == ()
    for name in expected:
        np.testing.assert_array_equal(structures[name].mask, expected[name].mask)
    np.testing.assert_array_equal(tissues.material_index, expected_tissues.material_index)


def test_drawn_body_limits_the_body_and_all_in_it():
    """Half axes 90 x 60 mm instead of the phantom's 110 x 75."""
    structures, tissues, notes = anatomy(roi(ellipse(90, 60), "External"))
    assert structures["body"].origin == "contoured"
    assert volume_cc(structures["body"]) == pytest.approx(np.pi * 9 * 6 * LENGTH_cm, rel=1e-3)
    assert structures["skin"].origin == "automatic"
    assert not (structures["skin"].mask & ~structures["body"].mask).any()
    assert (tissues.material_index[~structures["body"].mask] == AIR).all()
    assert structures["air"].mask[~structures["body"].mask].all()
    assert structures["lungs"].mask.any()
    assert notes == ()


def test_both_lungs_drawn_are_the_lungs():
    drawn = (roi(ellipse(30, 40, (45, 0)), "Lung_L"), roi(ellipse(30, 40, (-45, 0)), "Lung_R"))
    structures, tissues, _ = anatomy(*drawn)
    assert structures["lungs"].origin == "contoured"
    assert volume_cc(structures["lungs"]) == pytest.approx(2 * np.pi * 3 * 4 * LENGTH_cm, rel=1e-3)
    assert material(tissues, structures["left lung"]) == {PALETTE.lung}
    assert {"left lung", "right lung"} <= set(structures)


def test_rim_of_lung_that_a_contour_leaves_out_is_lung_and_no_air():
    """Drawn 2 mm smaller than the phantom's lungs (35 x 45 mm, -800 HU)."""
    drawn = (roi(ellipse(33, 43, (45, 0)), "Lung_L"), roi(ellipse(33, 43, (-45, 0)), "Lung_R"))
    structures, tissues, _ = anatomy(*drawn)
    z, y, x = axes_mm(IMAGE.grid)
    truth = sum(((x - side * 45) / 35) ** 2 + (y / 45) ** 2 + 0 * z < 1 for side in (-1, 1)) > 0
    assert (tissues.material_index[truth] == PALETTE.lung).all()
    assert not (structures["air"].mask & truth).any()


def test_one_lung_drawn_and_the_other_found():
    structures, _, _ = anatomy(roi(ellipse(30, 40, (45, 0)), "Lt Lung"))
    assert structures["left lung"].origin == "contoured"
    assert structures["lungs"].origin == "automatic"
    # drawn 30 x 40 mm on one side, found 35 x 45 mm on the other; nothing of the drawn one's own rim
    expected_cc = np.pi * (3 * 4 + 3.5 * 4.5) * LENGTH_cm
    assert volume_cc(structures["lungs"]) == pytest.approx(expected_cc, rel=0.04)


def test_drawn_lung_is_lung_where_the_ct_shows_something_else():
    structures, tissues, _ = anatomy(roi(ellipse(10, 10, (0, -40)), "Lungs"))  # fat, in truth
    assert material(tissues, structures["lungs"]) == {PALETTE.lung}
    assert volume_cc(structures["lungs"]) == pytest.approx(np.pi * LENGTH_cm, rel=2e-3)


def test_bone_drawn_replaces_and_ribs_are_added():
    place = ellipse(8, 8, (0, -40))
    only, tissues, _ = anatomy(roi(place, "Bone"))
    assert volume_cc(only["bone"]) == pytest.approx(np.pi * 0.64 * LENGTH_cm, rel=2e-3)
    assert min(material(tissues, only["bone"])) >= PALETTE.first_bone
    with_ribs, tissues, _ = anatomy(roi(place, "Ribs"))
    found = find_anatomy(IMAGE, skin_mm=3.0)[0]["bone"]
    np.testing.assert_array_equal(with_ribs["bone"].mask, found.mask | with_ribs["ribs"].mask)
    assert with_ribs["bone"].origin == "automatic"
    assert min(material(tissues, with_ribs["ribs"])) >= PALETTE.first_bone


def test_heart_is_heart_muscle_also_where_it_is_bright():
    """Drawn over fat, and over the bony rod, which stands for a heart full of contrast medium."""
    structures, tissues, _ = anatomy(roi(ellipse(12, 20, (0, 20)), "Heart"))
    assert material(tissues, structures["heart"]) == {PALETTE.heart}
    assert not (structures["bone"].mask & structures["heart"].mask).any()
    assert tissues.volume_fractions(structures["heart"].mask) == {"heart muscle": 1.0}


def test_breast_is_fat_and_gland_even_where_it_is_as_dense_as_muscle():
    z, y, x = axes_mm(IMAGE.grid)
    lump = np.broadcast_to((np.hypot(x, y + 50) < 12) & (z == z), SHAPE)
    image = type(IMAGE)(np.where(lump, 60.0, IMAGE.hounsfield).astype(np.float32), IMAGE.grid)
    core = np.broadcast_to((np.hypot(x, y + 50) < 8) & (z == z), SHAPE)
    _, tissues, _ = anatomy_with_contours(image, {})
    assert (tissues.material_index[core] == PALETTE.muscle).all()
    drawn, _ = contoured_structures([roi(ellipse(25, 14, (0, -50)), "Breast_L")], IMAGE.grid)
    structures, tissues, _ = anatomy_with_contours(image, drawn)
    assert "left breast" in structures
    assert (tissues.material_index[core] == PALETTE.first_breast + PALETTE.breast_steps).all()  # gland alone


def test_skin_drawn_as_a_layer_is_skin():
    layer = [*ellipse(110, 75), *ellipse(105, 70)]
    structures, tissues, notes = anatomy(roi(layer, "Skin"))
    assert structures["skin"].origin == "contoured"
    assert volume_cc(structures["skin"]) == pytest.approx(np.pi * (11 * 7.5 - 10.5 * 7) * LENGTH_cm, rel=2e-3)
    inside = structures["skin"].mask & structures["body"].mask & ~structures["bone"].mask
    assert set(np.unique(tissues.material_index[inside & ~structures["air"].mask])) == {PALETTE.skin}
    assert notes == ()


def test_skin_drawn_as_an_outline_is_no_skin():
    structures, _, notes = anatomy(roi(ellipse(110, 75), "Skin"))
    assert structures["skin"].origin == "automatic"
    assert structures["skin outline"].origin == "contoured"
    assert structures["skin outline"].drawn_as == "Skin"
    assert "it is an outline" in notes[0]


def test_other_structures_are_kept_and_change_no_tissue():
    structures, tissues, _ = anatomy(roi(ellipse(12, 12, (0, -50)), "Tumor Bed"), roi(ellipse(5, 5), "Boost Anna"))
    assert structures["tumour bed"].origin == "contoured"
    assert "Boost Anna" in structures
    np.testing.assert_array_equal(tissues.material_index, anatomy()[1].material_index)


def test_what_holds_no_volume_is_left_out_with_a_note():
    marker = np.array([[1.0, 2.0, 3.0]])
    structures, _, notes = anatomy(
        ContouredROI("Areola", 2, FRAME, ()),
        ContouredROI("Clip", 3, FRAME, (), marker),
        ContouredROI("Wire", 4, FRAME, (), open_lines=2),
        roi(ellipse(5, 5), "Boost", points=marker, open_lines=1, too_short=3),
    )
    assert set(structures) == {"body", "skin", "lungs", "bone", "air", "Boost"}
    assert notes == (
        "contoured structure 'Areola' is empty: left out",
        "contoured structure 'Clip' holds only points: left out",
        "contoured structure 'Wire' holds only open lines: left out",
        "'Boost': 1 point(s) left out, which enclose nothing",
        "'Boost': 1 open line(s) left out, which enclose nothing",
        "'Boost': 3 contour(s) of fewer than three points left out, which enclose nothing",
    )


def test_all_outside_the_scan_is_an_error_and_one_of_them_a_note():
    far = [line + np.array([0, 0, 900.0]) for line in ellipse(20, 20)]
    with pytest.raises(InputError, match="all 2 contoured structures lie outside") as caught:
        anatomy(roi(far, "Heart"), roi(far, "Liver"))
    assert caught.value.allowed
    assert caught.value.fix
    structures, _, notes = anatomy(roi(far, "Heart"), roi(ellipse(5, 5), "Liver"))
    assert "heart" not in structures
    assert notes == ("'heart' lies outside the scan or encloses nothing: left out",)


def test_body_that_cannot_be_one_is_an_error():
    with pytest.raises(InputError, match="contoured body has only") as caught:
        anatomy(roi([rectangle((100, 120), (100, 120), 40.0)], "BODY"))
    assert caught.value.fix


def test_body_on_some_slices_only_is_said():
    structures, _, notes = anatomy(roi(ellipse(110, 75, heights_mm=HEIGHTS_mm[:12]), "BODY"))
    assert notes == ("the body is contoured on 12 of 20 slices only: all beyond counts as air",)
    assert structures["air"].mask[12:].all()
