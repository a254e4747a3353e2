"""The files of a plan together: they refer to each other and to the CT, and somebody else's program reads them."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pytest import approx

from openiort.core.errors import InputError
from openiort.dicom.plan_files import write_plan_files
from openiort.dicom.read_ct import read_ct
from openiort.dicom.write_ct import write_ct, written_identifiers
from openiort.patient.identity import SourceIdentity
from openiort.plan.plan import Plan
from tests import plan_factory
from tests.dicom.checkers import dciodvfy_errors, dcmtk_complaints, items, read_nrrd, read_strictly, with_16_bits
from tests.dicom.written_plan import scanned_patient, scanned_plan
from tests.required_tools import require_tool

HERS = ("Xylophonova", "HOSP-778", "19581103", "20240229", "Elsewhere", "Zaphodsky")  # of the plan factory


def written(folder: Path, plan: Plan, **options: object) -> dict[str, Dataset]:
    folder.mkdir(exist_ok=True)
    write_plan_files(folder, plan, **options)  # type: ignore[arg-type]
    return {path.stem: read_strictly(path) for path in sorted(folder.iterdir())}


def check_references(found: dict[str, Dataset], identity: SourceIdentity) -> None:
    structures, plan, dose = found["structures"], found["plan"], found["dose"]
    for tags in found.values():
        assert (tags.StudyInstanceUID, tags.FrameOfReferenceUID) == (identity.study_instance_uid,
                                                                     identity.frame_of_reference_uid)  # fmt: skip
        assert tags.PatientID == identity.patient_id
    assert plan.ReferencedStructureSetSequence[0].ReferencedSOPInstanceUID == structures.SOPInstanceUID
    assert dose.ReferencedRTPlanSequence[0].ReferencedSOPInstanceUID == plan.SOPInstanceUID
    assert dose.ReferencedRTPlanSequence[0].ReferencedSOPClassUID.name == "RT Plan Storage"
    assert dose.ReferencedStructureSetSequence[0].ReferencedSOPInstanceUID == structures.SOPInstanceUID
    assert dose.DoseSummationType == "PLAN"
    uids = {tags.SOPInstanceUID for tags in found.values()} | {tags.SeriesInstanceUID for tags in found.values()}
    assert len(uids) == 2 * len(found)


@pytest.mark.parametrize("kind", ["beams", "brachy"])
def test_files_refer_to_each_other(tmp_path: Path, kind: str) -> None:
    found = written(tmp_path, scanned_plan(), rtplan=kind)
    assert list(found) == ["dose", "plan", "structures"]
    check_references(found, scanned_patient().identity)


def test_histograms_in_the_dose(tmp_path: Path) -> None:
    plan = scanned_plan()
    found = written(tmp_path, plan)
    numbers = {roi.ROINumber: roi.ROIName for roi in found["structures"].StructureSetROISequence}
    shown = {}
    for histogram in found["dose"].DVHSequence:
        included, excluded = histogram.DVHReferencedROISequence
        assert (included.DVHROIContributionType, excluded.DVHROIContributionType) == ("INCLUDED", "EXCLUDED")
        assert numbers[excluded.ReferencedROINumber] == "applicator 30 mm"
        shown[numbers[included.ReferencedROINumber]] = histogram
    assert set(shown) == {"skin_auto", "bone_auto", "lungs_auto", "body_auto"}
    dvh, histogram = plan.dvh("bone"), shown["bone_auto"]
    widths, volumes_cc = np.array(histogram.DVHData, float).reshape(-1, 2).T
    assert len(volumes_cc) == histogram.DVHNumberOfBins
    assert volumes_cc[0] == approx(dvh.total_volume_cc, rel=1e-6)
    # the mean is the integral of the cumulative volume (by parts); a bin is 0.05 Gy wide
    assert volumes_cc @ widths / volumes_cc[0] == approx(dvh.mean_Gy, abs=0.03)
    assert (float(histogram.DVHMeanDose), float(histogram.DVHMaximumDose)) == approx((dvh.mean_Gy, dvh.max_Gy))


def test_dose_to_water(tmp_path: Path) -> None:
    plan = scanned_plan()
    found = written(tmp_path, plan, dose_to_water=True)
    water, medium = found["dose_to_water"], found["dose"]
    for tags, expected_Gy in ((water, plan.fine_dose.water_Gy), (medium, plan.fine_dose.medium_Gy)):
        np.testing.assert_allclose(tags.pixel_array * float(tags.DoseGridScaling), expected_Gy, atol=1e-6)
    assert "dose to water in medium (D_w)" in water.DoseComment and "D_w" in water.SeriesDescription
    assert "dose to medium in medium (D_m,m)" in medium.DoseComment and "D_m,m" in medium.SeriesDescription
    assert water.ReferencedRTPlanSequence[0].ReferencedSOPInstanceUID == found["plan"].SOPInstanceUID
    assert "DVHSequence" not in water  # the histograms are of D_m,m


def test_without_a_plan_file(tmp_path: Path) -> None:
    found = written(tmp_path, scanned_plan(), rtplan="none")
    assert list(found) == ["dose", "structures"]
    # PS3.3, table C.8-39: other values need a reference to a plan file
    assert found["dose"].DoseSummationType == "PLAN_OVERVIEW" and "ReferencedRTPlanSequence" not in found["dose"]
    reference = found["dose"].PlanOverviewSequence[0].ReferencedStructureSetSequence[0]
    assert reference.ReferencedSOPInstanceUID == found["structures"].SOPInstanceUID
    assert dciodvfy_errors(with_16_bits(tmp_path / "dose.dcm", tmp_path / "short.dcm")) == []


def test_unknown_kind_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="RT Plan 'ion'"):
        write_plan_files(tmp_path, scanned_plan(), rtplan="ion")
    assert list(tmp_path.iterdir()) == []


def test_moved_anatomy_refers_to_the_moved_ct(tmp_path: Path) -> None:
    """Displaced tissue is another CT in a frame of its own: nothing may lie on the first one."""
    patient = scanned_patient()
    first = patient.identity
    apart = replace(first, series_instance_uid="", frame_of_reference_uid="")
    identity, slice_uids = written_identifiers(patient.image, apart, "moved")
    moved = replace(patient, identity=identity, image=replace(patient.image, slice_uids=slice_uids))
    write_ct(patient.image, apart, tmp_path / "ct", description="moved")
    scan = read_ct(tmp_path / "ct")
    assert (scan.identity, scan.image.slice_uids) == (identity, slice_uids)  # as announced
    assert identity.study_instance_uid == first.study_instance_uid
    found = written(tmp_path / "rt", replace(scanned_plan(), patient=moved))
    check_references(found, identity)
    said = {str(e.value) for tags in found.values() for item in items(tags) for e in item if e.VR == "UI"}
    assert set(slice_uids) | {identity.series_instance_uid, identity.frame_of_reference_uid} <= said
    assert not said & {first.series_instance_uid, first.frame_of_reference_uid, *patient.image.slice_uids}


def test_patient_who_was_not_read_from_files_gets_identifiers(tmp_path: Path) -> None:
    """A phantom without a CT: the files still belong together."""
    patient = replace(plan_factory.make_patient(), identity=SourceIdentity())
    found = written(tmp_path, plan_factory.make_plan_for(patient, fine_half_mm=20.0))
    assert len({tags.StudyInstanceUID for tags in found.values()}) == 1
    assert all(uid.is_valid for uid in (found["dose"].StudyInstanceUID, found["dose"].FrameOfReferenceUID))
    frame = found["structures"].ReferencedFrameOfReferenceSequence[0]
    assert frame.FrameOfReferenceUID == found["dose"].FrameOfReferenceUID
    assert dciodvfy_errors(tmp_path / "structures.dcm") + dciodvfy_errors(tmp_path / "plan.dcm") == []


def test_deidentified_files_hold_nothing_of_her(tmp_path: Path) -> None:
    written(tmp_path, scanned_plan(), deidentify=True, dose_to_water=True)
    for path in tmp_path.iterdir():
        tags = pydicom.dcmread(path)
        assert (tags.PatientID, tags.PatientIdentityRemoved) == (scanned_patient().pseudonym, "YES")
        assert [text for text in HERS if text.encode() in path.read_bytes()] == []


def test_others_find_no_fault_in_the_dose(tmp_path: Path) -> None:
    written(tmp_path, scanned_plan(), dose_to_water=True)
    for name in ("dose.dcm", "dose_to_water.dcm"):
        assert dcmtk_complaints(tmp_path / name, tmp_path / "converted.dcm") == []
        assert dciodvfy_errors(with_16_bits(tmp_path / name, tmp_path / "short.dcm")) == []


# it joins outlines on a slice or, if told, takes one inside another as a hole
@pytest.mark.parametrize("fill", [[], ["--xor-contours"]], ids=["union", "xor"])
def test_plastimatch_sees_the_same_volumes_and_doses(tmp_path: Path, fill: list[str]) -> None:
    patient, plan = scanned_patient(), scanned_plan()
    write_ct(patient.image, patient.identity, tmp_path / "ct", description="CT")
    written(tmp_path / "rt", plan)
    plastimatch = require_tool("plastimatch")
    masks = ["--output-prefix", "masks", "--prefix-format", "nrrd", *fill]
    for options in (["--input", "rt/structures.dcm", "--referenced-ct", "ct", *masks],
                    ["--input", "rt/dose.dcm", "--output-dose-img", "dose.nrrd"]):  # fmt: skip
        subprocess.run([plastimatch, "convert", *options], cwd=tmp_path, capture_output=True, check=True)
    grid = patient.image.grid
    for name in ("body", "skin", "lungs", "bone"):
        mask = read_nrrd(tmp_path / "masks" / f"{name}_auto.nrrd")[1].astype(bool)
        assert mask.sum() * grid.voxel_volume_cc == approx(patient.structure(name).volume_cc(grid), rel=0.02)
        assert (mask != patient.structure(name).mask).sum() <= 0.02 * mask.sum()  # and in the same place
    sphere = read_nrrd(tmp_path / "masks" / "applicator 30 mm.nrrd")[1].astype(bool)
    assert sphere.sum() * grid.voxel_volume_cc == approx(4 / 3 * np.pi * 15.0**3 / 1000, rel=0.02)
    shell = read_nrrd(tmp_path / "masks" / "shell 0-5 mm.nrrd")[1].astype(bool)
    assert not (shell & sphere).any()
    assert shell.sum() * grid.voxel_volume_cc == approx(4 / 3 * np.pi * (20.0**3 - 15.0**3) / 1000, rel=0.03)
    head, dose_Gy = read_nrrd(tmp_path / "dose.nrrd")
    np.testing.assert_allclose(dose_Gy, plan.fine_dose.medium_Gy, atol=2e-6)
    assert head["space"] == "left-posterior-superior"
    assert tuple(float(v) for v in head["space origin"].strip("()").split(",")) == approx(plan.fine_dose.grid.origin_mm)
