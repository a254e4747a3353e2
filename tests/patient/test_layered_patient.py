"""The layered phantom: every face between two voxels, volumes and CT numbers of the layers, nobody's identity."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from openiort.patient.hounsfield_density import density_g_cm3
from openiort.patient.layered_patient import layered_patient
from openiort.patient.patient import Patient
from openiort.patient.tissue_palette import tissue_palette


def phantom(**changes: float) -> Patient:
    return layered_patient(**({"applicator_mm": 40.0, "skin_mm": 12.3, "chest_wall_mm": 25.0} | changes))


def column(patient: Patient) -> tuple[np.ndarray, np.ndarray]:
    """Borders of the planes along y and the material between them."""
    grid = patient.image.grid
    edges = grid.origin_mm[1] + grid.spacing_mm[1] * (np.arange(grid.shape[1] + 1) - 0.5)
    return edges, patient.tissues.material_index[0, :, 0]


@pytest.mark.parametrize(
    ("changes", "step_mm"),
    [({}, 0.1), ({"skin_mm": 12.0}, 1.0), ({"skin_mm": 12.0, "applicator_mm": 45.0}, 0.5), ({"skin_mm": 12.4}, 0.2)],
)
def test_every_face_lies_between_two_planes(changes: dict[str, float], step_mm: float) -> None:
    # the coarsest step of which all faces, counted from the applicator's centre, are multiples
    patient = phantom(**changes)
    assert patient.layers is not None
    assert patient.image.grid.spacing_mm[1] == approx(step_mm)
    edges, material = column(patient)
    faces = edges[1:-1][np.diff(material.astype(int)) != 0]
    assert faces == approx([layer.front_mm for layer in patient.layers.stack()])
    assert edges[-1] == approx(patient.layers.stack()[-1].back_mm)
    # so that voxels of the dose, whole millimetres from the centre, hold whole planes
    assert (edges[0] / step_mm) == approx(round(edges[0] / step_mm))


def test_layers_are_flat_and_wide() -> None:
    patient = phantom()
    index = patient.tissues.material_index
    assert (index == index[:1, :, :1]).all()
    assert patient.image.grid.corners_mm()[:, [0, 2]].min() == approx(-80.0)
    assert patient.image.grid.corners_mm()[:, [0, 2]].max() == approx(80.0)


def test_volumes_of_structures() -> None:
    # 160 x 160 mm times the thickness; defaults of tables/layers.toml: skin 2, muscle 10, rib 8, lung 100 mm
    patient = phantom()
    for name, thickness_mm in (("skin", 2.0), ("bone", 8.0), ("lungs", 100.0), ("chest wall", 118.0),
                               ("body", 12.3 + 40.0 + 25.0 + 118.0)):  # fmt: skip
        assert patient.structure(name).volume_cc(patient.image.grid) == approx(16 * 16 * thickness_mm / 10), name
        assert patient.structure(name).cut_by_scan and patient.structure(name).origin == "phantom"
    assert not (patient.structure("air").mask & patient.structure("body").mask).any()


def test_ct_numbers_are_those_of_the_densities() -> None:
    # the curve of Schneider et al. 2000, which reads densities from CT numbers, gives back what the layers are made of
    patient = phantom()
    read = density_g_cm3(patient.image.hounsfield)
    np.testing.assert_allclose(read, patient.tissues.density_g_cm3, rtol=0.01)
    # and the breast's CT number is read as its composition: half of the way from fat to gland
    palette = tissue_palette()
    _, material = column(patient)
    breast = patient.image.hounsfield[0, material == 2, 0]
    assert (palette.breast_index(breast) == palette.first_breast + palette.breast_steps // 2).all()


def test_plain_tissues_by_volume() -> None:
    # 50 % by mass of 0.95 and 1.02 g/cm3: volumes 0.5/0.95 : 0.5/1.02
    patient = phantom()
    body = patient.structure("body").mask & ~patient.structure("skin").mask & ~patient.structure("chest wall").mask
    assert patient.tissues.volume_fractions(body) == approx({"adipose": 1.02 / 1.97, "gland": 0.95 / 1.97})
    assert phantom(adipose_percent=100.0).tissues.volume_fractions(body) == approx({"adipose": 1.0})


def test_nobody_and_the_same_again() -> None:
    one, same, other = phantom(), phantom(), phantom(skin_mm=12.4)
    assert one.pseudonym == "layers"
    assert one.identity == same.identity and one.input_sha256 == same.input_sha256
    assert (one.identity.patient_name, one.identity.patient_id, one.identity.birth_date) == ("", "", "")
    uids = {one.identity.study_instance_uid, one.identity.series_instance_uid, one.identity.frame_of_reference_uid}
    assert len(uids) == 3
    for uid in uids:  # PS3.5, 9.1 and B.2: 2.25. and an integer without leading zeros, 64 characters at most
        root, _, number = uid.rpartition(".")
        assert root == "2.25" and str(int(number)) == number and int(number) < 2**128 and len(uid) <= 64
    assert other.identity.frame_of_reference_uid not in uids
    assert other.input_sha256 != one.input_sha256


def test_notes_say_what_it_is() -> None:
    notes = phantom().notes
    assert notes[0].startswith("layered phantom, not her anatomy: ")
    assert "muscle 10 mm" in notes[0] and "rib 8 mm" in notes[0]
    assert any("rib 0 mm" in note for note in notes)
    assert not any("rib 0 mm" in note for note in phantom(rib_mm=0.0).notes)


def test_it_can_be_made_again_from_its_options() -> None:
    patient = phantom(muscle_mm=7.5)
    again = layered_patient(**patient.options["layers"])
    assert again.layers == patient.layers and again.input_sha256 == patient.input_sha256
