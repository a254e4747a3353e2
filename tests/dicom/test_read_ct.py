"""A good series is read as it is, whatever its files are called and however the patient lies."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pytest import approx

from openiort.dicom.read_ct import TURNED, read_ct
from openiort.dicom.write_ct import write_ct
from tests.dicom.small_ct import IDENTITY, SHAPE, ORIGIN_mm, SPACING_mm, set_tags, small_ct, small_image

C, S = np.cos(np.radians(30.0)), np.sin(np.radians(30.0))
# Columns: unit vectors of array x, y and z. From the standard's definition of ImageOrientationPatient
# (PS3.3, C.7.6.2.1.1): first the direction of a row, then of a column; z is their cross product.
DIRECTIONS = {
    "supine, head first": np.eye(3),
    "prone": np.diag([-1.0, -1.0, 1.0]),
    "feet first": np.diag([-1.0, 1.0, -1.0]),
    "decubitus": np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
    "sagittal": np.array([[0.0, 0.0, -1.0], [1.0, 0.0, 0.0], [0.0, -1.0, 0.0]]),
    "oblique": np.array([[C, -S, 0.0], [S, C, 0.0], [0.0, 0.0, 1.0]])
    @ np.array([[1.0, 0.0, 0.0], [0.0, C, -S], [0.0, S, C]]),
}


@pytest.mark.parametrize("direction", DIRECTIONS.values(), ids=DIRECTIONS.keys())
def test_written_and_read_again_it_is_the_same(tmp_path: Path, direction: np.ndarray) -> None:
    """Every voxel keeps its value and its place in the patient, along whatever axes its array lies."""
    image = small_image(direction)
    write_ct(image, IDENTITY, tmp_path / "ct", description="round trip")
    scan = read_ct(tmp_path / "ct")
    index = np.moveaxis(np.indices(SHAPE), 0, -1).reshape(-1, 3)
    there = scan.image.grid.to_index(image.grid.to_points_mm(index))
    # decimal strings hold 16 characters, so positions of some 100 mm come back to 1e-10 mm or better
    np.testing.assert_allclose(there, np.rint(there), atol=1e-8)
    np.testing.assert_array_equal(scan.image.hounsfield[tuple(np.rint(there).astype(int).T)], image.hounsfield.ravel())
    assert scan.image.hounsfield.size == image.hounsfield.size
    assert scan.identity == IDENTITY


@pytest.mark.parametrize("direction", DIRECTIONS.values(), ids=DIRECTIONS.keys())
def test_coordinates_follow_equation_of_the_standard(tmp_path: Path, direction: np.ndarray) -> None:
    """Equation C.7.6.2.1-1 of PS3.3: P = S + X * (column spacing) * i + Y * (row spacing) * j, by hand."""
    paths = write_ct(small_image(direction), IDENTITY, tmp_path / "ct", description="x")
    scan = read_ct(tmp_path / "ct")
    for path in paths:
        tags = pydicom.dcmread(path)
        position, cosines = np.array(tags.ImagePositionPatient, float), np.array(tags.ImageOrientationPatient, float)
        row_mm, column_mm = map(float, tags.PixelSpacing)
        i, j = 7, 4  # column and row index
        point_mm = position + cosines[:3] * column_mm * i + cosines[3:] * row_mm * j
        there = scan.image.grid.to_index(point_mm)
        np.testing.assert_allclose(there, np.rint(there), atol=1e-8)
        found = scan.image.hounsfield[tuple(np.rint(there).astype(int))]
        assert found == tags.pixel_array[j, i] * tags.RescaleSlope + tags.RescaleIntercept


@pytest.mark.parametrize("direction", DIRECTIONS.values(), ids=DIRECTIONS.keys())
def test_array_lies_along_the_patient(tmp_path: Path, direction: np.ndarray) -> None:
    """x to her left, y to her back, z to her head: exactly for every turn by right angles, as nearly as can be else."""
    write_ct(small_image(direction), IDENTITY, tmp_path / "ct", description="x")
    scan = read_ct(tmp_path / "ct")
    right_angles = bool(np.isin(direction, (-1, 0, 1)).all())
    if right_angles:
        np.testing.assert_array_equal(scan.image.grid.direction, np.eye(3))
    # "oblique": turned by 30 degrees about two axes, so each axis is still the nearest to its own
    assert (np.diag(scan.image.grid.direction) >= C * C - 1e-9).all()
    assert np.linalg.det(scan.image.grid.direction) == approx(1.0)
    assert (TURNED in scan.notes) == (right_angles and not np.array_equal(direction, np.eye(3)))


def test_order_is_by_position_alone(tmp_path: Path) -> None:
    """Names and instance numbers run against the positions; nesting and endings do not matter."""
    paths = small_ct(tmp_path / "ct")
    mixed = tmp_path / "mixed"
    for number, path in enumerate(paths):
        target = mixed / f"deep{number % 2}" / "er" / f"{(number * 3) % 5}_file"
        target.parent.mkdir(parents=True, exist_ok=True)
        tags = pydicom.dcmread(path)
        tags.InstanceNumber = 100 - number
        tags.save_as(target)
    scan = read_ct(mixed)
    np.testing.assert_array_equal(scan.image.hounsfield, small_image().hounsfield)
    assert scan.image.grid.origin_mm == approx(ORIGIN_mm)
    assert scan.image.grid.spacing_mm == approx(SPACING_mm)


def test_slices_keep_their_identifiers(tmp_path: Path) -> None:
    paths = small_ct(tmp_path / "ct")  # by rising position
    expected = tuple(pydicom.dcmread(path).SOPInstanceUID for path in paths)
    assert read_ct(tmp_path / "ct").image.slice_uids == expected


@pytest.mark.parametrize("uid", [None, "", "1.2.x", "twice"])
def test_no_identifiers_where_one_is_of_no_use(tmp_path: Path, uid: str | None) -> None:
    paths = small_ct(tmp_path / "ct")
    set_tags(paths[2], SOPInstanceUID=pydicom.dcmread(paths[0]).SOPInstanceUID if uid == "twice" else uid)
    assert read_ct(tmp_path / "ct").image.slice_uids == ()


def test_hash_is_of_contents_not_of_names(tmp_path: Path) -> None:
    paths = small_ct(tmp_path / "a")
    (tmp_path / "b").mkdir()
    for number, path in enumerate(paths):
        shutil.copy(path, tmp_path / "b" / f"{9 - number}.x")
    same = read_ct(tmp_path / "a").input_sha256
    assert read_ct(tmp_path / "b").input_sha256 == same
    (tmp_path / "b" / "readme.txt").write_text("not part of the CT")
    assert read_ct(tmp_path / "b").input_sha256 == same
    tags = pydicom.dcmread(tmp_path / "b" / "9.x")
    tags.KVP = "100"
    tags.save_as(tmp_path / "b" / "9.x")
    assert read_ct(tmp_path / "b").input_sha256 != same


def test_progress_reaches_every_slice(tmp_path: Path) -> None:
    small_ct(tmp_path / "ct")
    seen: list[tuple[str, float | None]] = []
    read_ct(tmp_path / "ct", lambda step, fraction=None, detail="": seen.append((step, fraction)))
    assert [f for step, f in seen if step == "reading the CT"] == approx([0, 0.2, 0.4, 0.6, 0.8])  # of 5 slices


def test_real_ct_lies_where_its_tags_say(shared_data: Path) -> None:
    """Expected values straight from the tags of the 49 files, without the reader's code."""
    folder = shared_data / "acrin_flt_breast_013"
    tags = sorted((pydicom.dcmread(p) for p in folder.glob("*.dcm")), key=lambda d: float(d.ImagePositionPatient[2]))
    scan = read_ct(folder)
    grid = scan.image.grid
    assert grid.shape == (49, 512, 512)  # shared/data/README.md
    assert grid.spacing_mm == approx((1.3671875, 1.3671875, 4.0))  # PixelSpacing; difference of positions
    assert grid.origin_mm == approx((-349.31640625, -522.31640625, -699.0))  # ImagePositionPatient of the lowest
    np.testing.assert_array_equal(grid.direction, np.eye(3))  # head first, supine
    for k in (0, 17, 48):
        raw = tags[k].pixel_array.astype(float) - 1024.0  # RescaleSlope 1, RescaleIntercept -1024
        np.testing.assert_array_equal(scan.image.hounsfield[k], raw)
        assert grid.to_points_mm(np.array([k, 0, 0])) == approx(np.array(tags[k].ImagePositionPatient, float))
    assert (scan.image.hounsfield.min(), scan.image.hounsfield.max()) == (-1024, 3071)  # shared/data/README.md
    assert scan.identity.patient_id == tags[0].PatientID
    assert scan.identity.frame_of_reference_uid == tags[0].FrameOfReferenceUID
    assert not any("ACRIN" in note for note in scan.notes)


def test_shape_of_image() -> None:
    assert small_image().hounsfield.shape == SHAPE
