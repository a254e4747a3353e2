"""RT Plan, both kinds: what is to be given stands in it, as the standard wants it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pytest import approx

from openiort.core.errors import InputError
from openiort.dicom.write_plan import write_plan
from openiort.dicom.write_structures import WrittenStructures
from openiort.plan.plan import Plan
from openiort.plan.prescription import Prescription
from tests import plan_factory
from tests.dicom.checkers import dciodvfy_errors, dcmtk_complaints, items, read_strictly
from tests.dicom.written_plan import scanned_plan

STRUCTURES = WrittenStructures("1.2.3.4.5", {"body": 4})
KINDS = pytest.mark.parametrize("kind", ["beams", "brachy"])


def written(folder: Path, plan: Plan, kind: str = "beams", deidentify_as: str | None = None) -> Dataset:
    found = write_plan(folder / "plan.dcm", plan, STRUCTURES, kind=kind, deidentify_as=deidentify_as)
    tags = read_strictly(folder / "plan.dcm")
    assert (tags.Modality, tags.SOPInstanceUID) == ("RTPLAN", found.sop_instance_uid)
    return tags


@KINDS
def test_what_is_prescribed(tmp_path: Path, kind: str) -> None:
    plan = plan_factory.make_plan_for(plan_factory.make_patient(), fine_half_mm=20.0, depth_mm=5.0)
    tags = written(tmp_path, plan, kind)
    (dose,) = tags.DoseReferenceSequence
    assert (dose.DoseReferenceStructureType, dose.DoseReferenceType) == ("SITE", "TARGET")
    assert float(dose.TargetPrescriptionDose) == 20.0  # of the plan factory
    assert dose.DoseReferenceDescription == "in water, 5 mm from sphere, Monte Carlo"
    assert "20 Gy to water in homogeneous water, 5 mm from the applicator's surface" in tags.PrescriptionDescription
    for text in ("NOT A MEDICAL DEVICE", "dose scale Monte Carlo", "nominal time 23.007 min", *plan.warnings):
        assert text in tags.RTPlanDescription  # 1380.4 s
    assert (tags.PlanIntent, tags.ApprovalStatus, tags.RTPlanGeometry) == ("RESEARCH", "UNAPPROVED", "PATIENT")
    assert tags.ReferencedStructureSetSequence[0].ReferencedSOPInstanceUID == "1.2.3.4.5"
    assert tags.ReferencedStructureSetSequence[0].ReferencedSOPClassUID.name == "RT Structure Set Storage"
    assert tags.FrameOfReferenceUID == plan.patient.identity.frame_of_reference_uid
    (group,) = tags.FractionGroupSequence
    assert (group.NumberOfFractionsPlanned, group.NumberOfBeams + group.NumberOfBrachyApplicationSetups) == (1, 1)


def test_beam(tmp_path: Path) -> None:
    tags = written(tmp_path, scanned_plan())
    reference = tags.FractionGroupSequence[0].ReferencedBeamSequence[0]
    assert float(reference.BeamMeterset) == approx(1380.4 / 60)  # minutes
    assert float(reference.BeamDose) == 20.0
    (beam,) = tags.BeamSequence
    assert (beam.BeamType, beam.RadiationType, beam.PrimaryDosimeterUnit) == ("STATIC", "PHOTON", "MINUTE")
    assert beam.TreatmentMachineName == "generic-50kv"
    (applicator,) = beam.ApplicatorSequence
    assert (applicator.ApplicatorType, applicator.ApplicatorID) == ("INTRAOPERATIVE", "SPHERE 30")
    shape = applicator.ApplicatorGeometrySequence[0]
    assert (shape.ApplicatorApertureShape, shape.ApplicatorOpening) == ("SYM_CIRCULAR", 30.0)
    first, last = beam.ControlPointSequence
    assert [float(v) for v in first.IsocenterPosition] == list(plan_factory.CENTRE_mm)
    assert float(first.NominalBeamEnergy) == 0.05  # MV: 50 kV
    assert float(first.SourceToSurfaceDistance) == 15.0
    weights = [float(point.CumulativeMetersetWeight) for point in (first, last)]
    assert weights == [0.0, float(beam.FinalCumulativeMetersetWeight)]
    openings = {item.RTBeamLimitingDeviceType: list(item.LeafJawPositions)
                for item in first.BeamLimitingDevicePositionSequence}  # fmt: skip
    assert openings == {"X": [-15, 15], "Y": [-15, 15]}


def test_brachy_setup(tmp_path: Path) -> None:
    tags = written(tmp_path, scanned_plan(), "brachy")
    assert (tags.BrachyTreatmentTechnique, tags.BrachyTreatmentType) == ("INTRACAVITARY", "HDR")
    (source,) = tags.SourceSequence
    assert (source.SourceType, source.SourceStrengthUnits, float(source.ReferenceAirKermaRate)) == (
        "POINT", "DOSE_RATE_WATER", 0.0)  # fmt: skip
    assert float(source.SourceStrength) == approx(20.0 / 1380.4 * 3600.0)  # Gy/h at the prescription depth
    (channel,) = tags.ApplicationSetupSequence[0].ChannelSequence
    assert float(channel.ChannelTotalTime) == approx(1380.4)  # s
    assert (channel.SourceMovementType, channel.SourceApplicatorType) == ("FIXED", "RIGID")
    assert channel.ReferencedROINumber == 1  # the applicator, first in the structure set
    for point, weight in zip(channel.BrachyControlPointSequence, (0.0, 1.0), strict=True):
        assert [float(v) for v in point.ControlPoint3DPosition] == list(plan_factory.CENTRE_mm)
        assert float(point.CumulativeTimeWeight) == weight


@KINDS
def test_others_find_no_fault(tmp_path: Path, kind: str) -> None:
    written(tmp_path, scanned_plan(), kind)
    assert dciodvfy_errors(tmp_path / "plan.dcm") == []
    assert dcmtk_complaints(tmp_path / "plan.dcm", tmp_path / "converted.dcm") == []


@KINDS
def test_awkward_numbers_and_names_still_make_a_legal_file(tmp_path: Path, kind: str) -> None:
    plan = scanned_plan()
    device = replace(plan.device, name="site-of-the-very-long-name\\x", title="t" * 2000)
    plan = replace(plan, device=device, centre_mm=(-1 / 3, 200 / 7, -1234.56789), treatment_time_s=4000 / 3,
                   prescription=Prescription(20 / 3, 1 / 3))  # fmt: skip
    tags = written(tmp_path, plan, kind)  # reads strictly: 16 characters a decimal string and so on
    assert dciodvfy_errors(tmp_path / "plan.dcm") == []
    machine = tags.BeamSequence[0] if kind == "beams" else tags.TreatmentMachineSequence[0]
    assert machine.TreatmentMachineName == "site-of-the-very"


def test_deidentified(tmp_path: Path) -> None:
    tags = written(tmp_path, scanned_plan(), deidentify_as="P-0123456789")
    assert (str(tags.PatientName), tags.PatientIdentityRemoved) == ("P-0123456789", "YES")
    content = (tmp_path / "plan.dcm").read_bytes()
    for text in ("Xylophonova", "HOSP-778", "19581103", "20240229", "Elsewhere", "Zaphodsky"):  # of the plan factory
        assert text.encode() not in content


def test_no_date_of_its_own(tmp_path: Path) -> None:
    tags = written(tmp_path, scanned_plan())
    dates = {element.keyword: element.value for item in items(tags) for element in item if element.VR in ("DA", "DT")}
    # equal plans, equal files
    assert dates == {"StudyDate": "20240229", "PatientBirthDate": "19581103", "RTPlanDate": ""}
    write_plan(tmp_path / "again.dcm", scanned_plan(), STRUCTURES)
    assert (tmp_path / "again.dcm").read_bytes() == (tmp_path / "plan.dcm").read_bytes()
    write_plan(tmp_path / "other.dcm", replace(scanned_plan(), treatment_time_s=1.0), STRUCTURES)
    assert pydicom.dcmread(tmp_path / "other.dcm").SOPInstanceUID != tags.SOPInstanceUID


def test_other_kinds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="RT Plan 'ion' cannot be written"):
        write_plan(tmp_path / "plan.dcm", scanned_plan(), STRUCTURES, kind="ion")
    assert list(tmp_path.iterdir()) == []


def test_checkers_see_a_fault(tmp_path: Path) -> None:
    """The programs above would say something if there were something to say."""
    tags = written(tmp_path, scanned_plan())
    del tags.BeamSequence[0].BeamType  # type 1: PS3.3, C.8.8.14
    tags.save_as(tmp_path / "faulty.dcm")
    assert any("BeamType" in line or "Beam Type" in line for line in dciodvfy_errors(tmp_path / "faulty.dcm"))
    assert dcmtk_complaints(tmp_path / "faulty.dcm", tmp_path / "converted.dcm") != []
