"""Electronic intraoperative radiotherapy as RT Beams: a source that rests in its applicator for so many minutes.

PS3.3, C.8.8.13 and C.8.8.14. Attributes that the standard requires of every beam and that a source in a sphere has
not (jaws, gantry, table) take the values said in docs/dicom_conformance.md.
"""

from __future__ import annotations

from pydicom.dataset import Dataset, FileDataset

from openiort.device.source_spectrum import source_spectrum
from openiort.dicom.written_dataset import LO, LONG_TEXT, SH, decimal, decimals, plain_text
from openiort.plan.plan import Plan

keV_PER_MeV = 1000.0
SECONDS_PER_MINUTE = 60.0
AT_REST = ("GantryAngle", "BeamLimitingDeviceAngle", "PatientSupportAngle", "TableTopEccentricAngle",
           "TableTopPitchAngle", "TableTopRollAngle")  # fmt: skip
ROTATION = ("GantryRotationDirection", "BeamLimitingDeviceRotationDirection", "PatientSupportRotationDirection",
            "TableTopEccentricRotationDirection", "TableTopPitchRotationDirection",
            "TableTopRollRotationDirection")  # fmt: skip
TABLE = ("TableTopVerticalPosition", "TableTopLongitudinalPosition", "TableTopLateralPosition")


def add_beam(dataset: FileDataset, plan: Plan) -> None:
    """One beam and one fraction of it."""
    dataset.FractionGroupSequence = [_fraction_group(plan)]
    dataset.BeamSequence = [_beam(plan)]


def _fraction_group(plan: Plan) -> Dataset:
    beam = Dataset()
    beam.ReferencedBeamNumber = 1
    beam.BeamDose = decimal(plan.prescription.dose_Gy)
    beam.BeamMeterset = decimal(plan.treatment_time_s / SECONDS_PER_MINUTE)
    group = Dataset()
    group.FractionGroupNumber = 1
    group.NumberOfFractionsPlanned = 1
    group.NumberOfBeams = 1
    group.NumberOfBrachyApplicationSetups = 0
    group.ReferencedBeamSequence = [beam]
    return group


def _beam(plan: Plan) -> Dataset:
    beam = Dataset()
    beam.BeamNumber = 1
    beam.BeamName = plain_text(f"{plan.applicator.diameter_mm:g} mm sphere", LO)
    beam.BeamDescription = plain_text(f"meterset in minutes ({plan.device.time_word} time)", LONG_TEXT)
    beam.BeamType = "STATIC"
    beam.RadiationType = "PHOTON"
    beam.TreatmentMachineName = plain_text(plan.device.name, SH)
    beam.PrimaryDosimeterUnit = "MINUTE"
    beam.TreatmentDeliveryType = "TREATMENT"
    beam.BeamLimitingDeviceSequence = [_jaws(name) for name in ("X", "Y")]
    beam.NumberOfWedges = beam.NumberOfCompensators = beam.NumberOfBoli = beam.NumberOfBlocks = 0
    beam.ApplicatorSequence = [_applicator(plan)]
    beam.FinalCumulativeMetersetWeight = 1
    beam.NumberOfControlPoints = 2
    beam.ControlPointSequence = [_first_point(plan), _last_point()]
    return beam


def _jaws(name: str) -> Dataset:
    item = Dataset()
    item.RTBeamLimitingDeviceType = name
    item.NumberOfLeafJawPairs = 1
    return item


def _applicator(plan: Plan) -> Dataset:
    diameter_mm = plan.applicator.diameter_mm
    shape = Dataset()
    shape.ApplicatorApertureShape = "SYM_CIRCULAR"
    shape.ApplicatorOpening = float(diameter_mm)
    item = Dataset()
    item.ApplicatorID = plain_text(f"SPHERE {diameter_mm:g}", SH)
    item.ApplicatorType = "INTRAOPERATIVE"
    item.ApplicatorGeometrySequence = [shape]
    item.ApplicatorDescription = plain_text(f"{diameter_mm:g} mm sphere, {plan.device.applicator_material}", LO)
    return item


def _first_point(plan: Plan) -> Dataset:
    radius_mm = plan.applicator.radius_mm
    point = Dataset()
    point.ControlPointIndex = 0
    point.NominalBeamEnergy = decimal(_highest_energy_keV(plan) / keV_PER_MeV)
    point.BeamLimitingDevicePositionSequence = [_opening(name, radius_mm) for name in ("X", "Y")]
    for angle, direction in zip(AT_REST, ROTATION, strict=True):
        setattr(point, angle, 0)
        setattr(point, direction, "NONE")
    for position in TABLE:
        setattr(point, position, None)
    point.IsocenterPosition = decimals(plan.centre_mm)
    point.SourceToSurfaceDistance = decimal(radius_mm)
    point.CumulativeMetersetWeight = 0
    return point


def _last_point() -> Dataset:
    point = Dataset()
    point.ControlPointIndex = 1
    point.CumulativeMetersetWeight = 1
    return point


def _opening(name: str, radius_mm: float) -> Dataset:
    item = Dataset()
    item.RTBeamLimitingDeviceType = name
    item.LeafJawPositions = decimals((-radius_mm, radius_mm))
    return item


def _highest_energy_keV(plan: Plan) -> float:
    _, high_keV, photons = source_spectrum(plan.device, plan.applicator)
    return float(high_keV[photons > 0].max())
