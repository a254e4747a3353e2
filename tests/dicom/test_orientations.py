"""However she lay in the scanner: the same anatomy, distances and dose at the same points of the patient.

The positions are those of PS3.3, C.7.3.1.1.2. In a scanner's own picture the columns run down and the slices into the
gantry; head first or feet first tells what points into the gantry, supine, prone or decubitus what points down.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pytest import approx
from scipy.ndimage import map_coordinates
from scipy.spatial.transform import Rotation

from openiort.core.grid import Grid
from openiort.dicom.read_ct import read_ct
from openiort.dicom.read_patient import read_patient
from openiort.dicom.write_ct import write_ct
from openiort.patient.image import CTImage
from openiort.patient.virtual_patient import VirtualPatient, virtual_image
from openiort.plan.make_plan import make_plan
from openiort.plan.plan import Plan
from openiort.report.plan_folder import save_plan
from tests.dicom.small_ct import IDENTITY

LEFT, BACK, HEAD = np.eye(3)
INTO_GANTRY = {"HF": HEAD, "FF": -HEAD}
DOWN = {"S": BACK, "P": -BACK, "DL": LEFT, "DR": -LEFT}
POSITIONS = [first + side for first in INTO_GANTRY for side in DOWN]
WOMAN = VirtualPatient(spacing_mm=(2.0, 2.0, 4.0), noise_HU=8.0)
ASKED = {"applicator_mm": 30, "at_mm": WOMAN.tumour_centre_mm, "dose_Gy": 20, "uncertainty_percent": 20}


def direction_of(position: str) -> NDArray[np.float64]:
    """Columns: directions of a row, of a column and of the slices; right-handed."""
    down, into = DOWN[position[2:]], INTO_GANTRY[position[:2]]
    return np.column_stack([np.cross(down, into), down, into])


@cache
def head_first_supine() -> CTImage:
    """The part of the woman that the sphere irradiates, 110 mm long."""
    image = virtual_image(WOMAN)
    z_mm = image.grid.to_points_mm(np.array([[k, 0, 0] for k in range(image.grid.shape[0])]))[:, 2]
    kept = np.flatnonzero(np.abs(z_mm - WOMAN.tumour_centre_mm[2]) < 55)
    x, y, z = map(float, image.grid.to_points_mm(np.array([kept[0], 0, 0])))
    shape = (len(kept), *image.grid.shape[1:])
    return CTImage(image.hounsfield[kept], Grid((x, y, z), image.grid.spacing_mm, shape))


def seen_along(image: CTImage, direction: NDArray[np.float64], spacing_mm: tuple[float, float, float]) -> CTImage:
    """The same anatomy on a grid with other axes that holds all of the image."""
    corners_mm = image.grid.corners_mm()
    middle_mm = corners_mm.mean(axis=0)
    half_mm = np.abs((corners_mm - middle_mm) @ direction).max(axis=0)
    nx, ny, nz = (int(n) for n in np.rint(2 * half_mm / spacing_mm))
    first = middle_mm - direction @ (np.array([nx - 1, ny - 1, nz - 1]) / 2 * spacing_mm)
    grid = Grid((float(first[0]), float(first[1]), float(first[2])), spacing_mm, (nz, ny, nx), direction)
    index = np.moveaxis(np.indices(grid.shape), 0, -1).astype(float)
    there = np.moveaxis(image.grid.to_index(grid.to_points_mm(index)), -1, 0)
    if not np.isin(direction, (-1, 0, 1)).all():
        values = map_coordinates(image.hounsfield, there, order=1, cval=-1000.0)
        return CTImage(np.rint(values).astype(np.float32), grid)
    np.testing.assert_allclose(there, np.rint(there), atol=1e-6)
    return CTImage(image.hounsfield[tuple(np.rint(there).astype(int))], grid)


def spacing_along(direction: NDArray[np.float64]) -> tuple[float, float, float]:
    x, y, z = np.abs(direction.T @ np.array(WOMAN.spacing_mm))
    return float(x), float(y), float(z)


def written(folder: Path, direction: NDArray[np.float64]) -> Path:
    image = seen_along(head_first_supine(), direction, spacing_along(direction))
    write_ct(image, IDENTITY, folder, description="lying otherwise")
    return folder


@pytest.mark.parametrize("position", POSITIONS)
def test_same_image_from_every_position(tmp_path: Path, position: str) -> None:
    """Then anatomy, distances and dose are the same too: all of them come from this array alone."""
    scan = read_ct(written(tmp_path / "ct", direction_of(position)))
    np.testing.assert_array_equal(scan.image.hounsfield, head_first_supine().hounsfield)
    np.testing.assert_allclose(scan.image.grid.corners_mm(), head_first_supine().grid.corners_mm(), atol=1e-9)
    np.testing.assert_array_equal(scan.image.grid.direction, np.eye(3))


@pytest.mark.parametrize("position", POSITIONS)
def test_patient_position_is_written(tmp_path: Path, position: str) -> None:
    path = next(written(tmp_path / "ct", direction_of(position)).iterdir())
    assert pydicom.dcmread(path).PatientPosition == position


def test_no_patient_position_for_other_planes(tmp_path: Path) -> None:
    sagittal = np.column_stack([BACK, -HEAD, -LEFT])
    path = next(written(tmp_path / "ct", sagittal).iterdir())
    assert pydicom.dcmread(path).PatientPosition == ""


def test_real_ct_turned_by_hand(tmp_path: Path, shared_data: Path) -> None:
    """The woman of ACRIN-FLT-Breast as if she had lain prone and feet first: pixels and tags turned without our code.

    Feet first prone, the columns run to her front and the slices to her feet, so the rows run to her left: each slice
    is turned upside down, its first pixel is the former first of the last row.
    """
    folder = shared_data / "acrin_flt_breast_013"
    (tmp_path / "ct").mkdir()
    for path in folder.glob("*.dcm"):
        tags = pydicom.dcmread(path)
        assert [float(value) for value in tags.ImageOrientationPatient] == [1, 0, 0, 0, 1, 0]
        x, y, z = map(float, tags.ImagePositionPatient)
        tags.ImagePositionPatient = [f"{x:.10g}", f"{y + (tags.Rows - 1) * float(tags.PixelSpacing[0]):.10g}", f"{z}"]
        tags.ImageOrientationPatient = ["1", "0", "0", "0", "-1", "0"]
        tags.PatientPosition = "FFP"
        tags.PixelData = np.ascontiguousarray(tags.pixel_array[::-1]).tobytes()
        tags.save_as(tmp_path / "ct" / path.name)
    turned, original = read_ct(tmp_path / "ct"), read_ct(folder)
    np.testing.assert_array_equal(turned.image.hounsfield, original.image.hounsfield)
    np.testing.assert_allclose(turned.image.grid.corners_mm(), original.image.grid.corners_mm(), atol=1e-6)


# --- end to end


@cache
def reference_plan() -> Plan:
    """On the image as it was made, which never was a file."""
    from openiort.patient.anatomy import find_anatomy
    from openiort.patient.patient import Patient

    structures, tissues, _ = find_anatomy(head_first_supine())
    return make_plan(Patient(head_first_supine(), structures, tissues, "P-0000000000"), **ASKED)  # type: ignore[arg-type]


def test_plan_of_a_woman_on_her_side_feet_first(tmp_path: Path) -> None:
    plan = make_plan(read_patient(written(tmp_path / "ct", direction_of("FFDR"))), **ASKED)  # type: ignore[arg-type]
    expected = reference_plan()
    np.testing.assert_array_equal(plan.fine_dose.medium_Gy, expected.fine_dose.medium_Gy)
    assert dict(plan.distances_mm) == approx(dict(expected.distances_mm), abs=1e-9)  # points are rounded on their way
    assert {n: d.mean_Gy for n, d in plan.dvhs.items()} == {n: d.mean_Gy for n, d in expected.dvhs.items()}
    # and as another reader sees the files: RT Dose by PS3.3, C.7.6.2.1-1 and C.8.8.3.2, in the CT's frame
    save_plan(plan, tmp_path / "plan")
    dose = pydicom.dcmread(tmp_path / "plan" / "dose.dcm")
    assert dose.FrameOfReferenceUID == IDENTITY.frame_of_reference_uid
    assert [float(value) for value in dose.ImageOrientationPatient] == [1, 0, 0, 0, 1, 0]
    grid = expected.fine_dose.grid
    for index in ((10, 20, 30), (100, 60, 20)):
        x, y, z = grid.to_points_mm(np.array(index)) - np.array(dose.ImagePositionPatient, float)
        column, row = x / float(dose.PixelSpacing[1]), y / float(dose.PixelSpacing[0])
        frame = np.interp(z, np.array(dose.GridFrameOffsetVector, float), np.arange(dose.NumberOfFrames))
        stored_Gy = dose.pixel_array[round(frame), round(row), round(column)] * float(dose.DoseGridScaling)
        assert stored_Gy == approx(expected.fine_dose.medium_Gy[index], rel=1e-6)
    assert (tmp_path / "plan" / "report.pdf").is_file()


def test_oblique_slices_give_the_same_anatomy_and_dose(tmp_path: Path) -> None:
    """Slices turned by 20 and 10 degrees: voxels lie elsewhere, so all agrees within what the voxels allow."""
    direction = Rotation.from_euler("zx", (20, 10), degrees=True).as_matrix() @ direction_of("HFP")
    image = seen_along(head_first_supine(), direction, (2.0, 2.0, 3.0))
    write_ct(image, IDENTITY, tmp_path / "ct", description="oblique")
    patient = read_patient(tmp_path / "ct")
    plan, expected = make_plan(patient, **ASKED), reference_plan()  # type: ignore[arg-type]
    # at the voxels of the straight image that lie well within the scan: where its ends cut her, they differ
    hers = expected.patient.image.grid
    index = np.moveaxis(np.indices(hers.shape), 0, -1)[7:-7].reshape(-1, 3)
    there = np.rint(patient.image.grid.to_index(hers.to_points_mm(index))).astype(int)
    for name, least in {"body": 0.99, "lungs": 0.96, "bone": 0.85}.items():
        found, wanted = (p.structure(name).mask[tuple(i.T)] for p, i in
                         ((patient, there), (expected.patient, index)))  # fmt: skip
        overlap = 2 * (found & wanted).sum() / (found.sum() + wanted.sum())  # Dice coefficient
        assert overlap > least, name
    for name, distance_mm in expected.distances_mm.items():
        assert plan.distances_mm[name] == approx(distance_mm, abs=2.0), name  # one voxel
    # the mean over the same 200 directions; 7 % a voxel, and what lies in a voxel differs by interpolation
    for depth_mm in (1.0, 5.0, 10.0):
        found_Gy, wanted_Gy = (p.patient_water_depth_dose_Gy[depth_mm].mean for p in (plan, expected))
        assert found_Gy == approx(wanted_Gy, rel=0.03), depth_mm
    assert plan.treatment_time_s == expected.treatment_time_s
