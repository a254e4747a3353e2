"""DICOM of a plan on moved anatomy: a CT of its own, and nothing that could be laid over the scan."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from openiort.core.errors import InputError
from openiort.dicom.plan_files import MOVED_CT, write_plan_files
from openiort.dicom.read_ct import read_ct
from openiort.dicom.read_patient import read_patient
from openiort.dicom.write_ct import write_ct
from tests import plan_factory
from tests.dicom.checkers import dciodvfy_errors
from tests.moved_plan import moved_plan

FILES = ("structures.dcm", "plan.dcm", "dose.dcm")


@cache
def folder(deidentify: bool) -> Path:
    """Written once for all tests; below pytest's own temporary folder."""
    place = Path(mkdtemp())
    write_plan_files(place, moved_plan(), deidentify=deidentify)
    return place


def everything(deidentify: bool) -> list[Dataset]:
    place = folder(deidentify)
    return [pydicom.dcmread(path) for path in (*sorted((place / MOVED_CT).iterdir()), *(place / n for n in FILES))]


def test_all_files_lie_in_one_new_frame_of_reference() -> None:
    frames = {dataset.FrameOfReferenceUID for dataset in everything(False)}
    scanned = moved_plan().patient_before
    assert scanned is not None
    assert len(frames) == 1
    assert frames != {scanned.identity.frame_of_reference_uid}
    assert {dataset.StudyInstanceUID for dataset in everything(False)} == {scanned.identity.study_instance_uid}
    structures = pydicom.dcmread(folder(False) / "structures.dcm")
    assert {item.ReferencedFrameOfReferenceUID for item in structures.StructureSetROISequence} == frames
    assert [item.FrameOfReferenceUID for item in structures.ReferencedFrameOfReferenceSequence] == list(frames)


def test_structures_refer_to_the_slices_of_the_moved_ct() -> None:
    written = {d.SOPInstanceUID for d in everything(False) if d.Modality == "CT"}
    structures = pydicom.dcmread(folder(False) / "structures.dcm")
    series = structures.ReferencedFrameOfReferenceSequence[0].RTReferencedStudySequence[0].RTReferencedSeriesSequence[0]
    assert {item.ReferencedSOPInstanceUID for item in series.ContourImageSequence} == written
    scanned = moved_plan().patient_before
    assert scanned is not None and not written & set(scanned.image.slice_uids)
    assert series.SeriesInstanceUID == next(d for d in everything(False) if d.Modality == "CT").SeriesInstanceUID


def test_moved_ct_is_read_back() -> None:
    image = read_ct(folder(False) / MOVED_CT).image
    expected = moved_plan().patient.image
    assert np.abs(image.hounsfield - np.rint(expected.hounsfield)).max() == 0.0
    assert image.grid.origin_mm == pytest.approx(expected.grid.origin_mm)


def test_moved_ct_says_what_it_is() -> None:
    dataset = pydicom.dcmread(folder(False) / MOVED_CT / "CT.0001.dcm")
    assert list(dataset.ImageType)[:2] == ["DERIVED", "SECONDARY"]
    assert dataset.DerivationDescription.startswith("NOT A MEDICAL DEVICE")
    assert dataset.PatientName == plan_factory.IDENTITY.patient_name


def test_our_own_reader_takes_the_structures_with_the_moved_ct() -> None:
    patient = read_patient(folder(False) / MOVED_CT, structures=str(folder(False) / "structures.dcm"))
    planned, grid = moved_plan().patient, patient.image.grid
    # outlines of shares of voxels, filled again
    for name in ("body", "skin"):
        drawn = patient.structures[f"{name}_auto"]
        assert drawn.volume_cc(grid) == pytest.approx(planned.structure(name).volume_cc(grid), rel=0.01)


def test_and_never_with_the_scan(tmp_path: Path) -> None:
    scanned = moved_plan().patient_before
    assert scanned is not None
    write_ct(scanned.image, scanned.identity, tmp_path / "ct", description="CT")
    with pytest.raises(InputError, match="frame of reference"):
        read_patient(tmp_path / "ct", structures=str(folder(False) / "structures.dcm"))


def test_deidentified_files_hold_no_name() -> None:
    who = plan_factory.IDENTITY
    for path in folder(True).rglob("*.dcm"):
        content = path.read_bytes()
        for secret in (who.patient_name.split("^")[0], who.patient_id, who.birth_date, who.study_date,
                       who.accession_number, who.study_id, "Zaphodsky"):
            assert secret.encode() not in content, (path.name, secret)
    assert {d.PatientID for d in everything(True)} == {moved_plan().patient.pseudonym}
    assert {d.PatientIdentityRemoved for d in everything(True)} == {"YES"}
    named, unnamed = ({d.SOPInstanceUID for d in everything(kind) if d.Modality == "CT"} for kind in (False, True))
    assert named == unnamed  # UIDs are kept


@pytest.mark.parametrize("name", (f"{MOVED_CT}/CT.0001.dcm", "structures.dcm", "plan.dcm"))
@pytest.mark.parametrize("deidentify", (False, True))
def test_other_peoples_checker_finds_no_error(name: str, deidentify: bool) -> None:
    assert dciodvfy_errors(folder(deidentify) / name) == []
