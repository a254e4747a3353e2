"""Electronic brachytherapy as RT Brachy Application Setups: one source, one channel, one place, so many seconds.

PS3.3, C.8.8.15. The module is made for isotopes; docs/dicom_conformance.md says which values stand for a source that is
switched on.
"""

from __future__ import annotations

from pydicom.dataset import Dataset, FileDataset

from openiort.dicom.exported_rois import APPLICATOR
from openiort.dicom.written_dataset import LO, SH, decimal, decimals, plain_text
from openiort.plan.plan import Plan

SECONDS_PER_HOUR = 3600.0
# the source is no isotope: its output does not decay, and its strength belongs to no date
HALF_LIFE_days, NO_DATE, NO_TIME = 1_000_000_000, "19000101", "000000"


def add_brachy_setup(dataset: FileDataset, plan: Plan) -> None:
    """One application setup and one fraction of it."""
    dataset.FractionGroupSequence = [_fraction_group(plan)]
    dataset.BrachyTreatmentTechnique = "INTRACAVITARY"
    dataset.BrachyTreatmentType = "HDR"
    machine = Dataset()
    machine.TreatmentMachineName = plain_text(plan.device.name, SH)
    dataset.TreatmentMachineSequence = [machine]
    dataset.SourceSequence = [_source(plan)]
    dataset.ApplicationSetupSequence = [_setup(plan)]


def _fraction_group(plan: Plan) -> Dataset:
    setup = Dataset()
    setup.BrachyApplicationSetupDose = decimal(plan.prescription.dose_Gy)
    setup.ReferencedBrachyApplicationSetupNumber = 1
    group = Dataset()
    group.FractionGroupNumber = 1
    group.NumberOfFractionsPlanned = 1
    group.NumberOfBeams = 0
    group.NumberOfBrachyApplicationSetups = 1
    group.ReferencedBrachyApplicationSetupSequence = [setup]
    return group


def _source(plan: Plan) -> Dataset:
    rate_Gy_per_hour = plan.prescription.dose_Gy / plan.treatment_time_s * SECONDS_PER_HOUR
    item = Dataset()
    item.SourceNumber = 1
    item.SourceType = "POINT"
    item.SourceDescription = plain_text(f"x-ray source; strength: Gy/h in water, {plan.prescription.depth_mm:g} mm", LO)
    item.SourceIsotopeName = "electronic x-ray"
    item.SourceIsotopeHalfLife = HALF_LIFE_days
    item.SourceStrengthUnits = "DOSE_RATE_WATER"
    item.ReferenceAirKermaRate = 0  # of a gamma source only
    item.SourceStrength = decimal(rate_Gy_per_hour)
    item.SourceStrengthReferenceDate = NO_DATE
    item.SourceStrengthReferenceTime = NO_TIME
    return item


def _setup(plan: Plan) -> Dataset:
    item = Dataset()
    item.ApplicationSetupType = "INTRAOPERATIVE"
    item.ApplicationSetupNumber = 1
    item.ApplicationSetupName = plain_text(f"{plan.applicator.diameter_mm:g} mm sphere", LO)
    item.TotalReferenceAirKerma = 0
    item.ChannelSequence = [_channel(plan)]
    return item


def _channel(plan: Plan) -> Dataset:
    diameter_mm = plan.applicator.diameter_mm
    item = Dataset()
    item.ChannelNumber = 1
    item.ChannelLength = None
    item.ChannelTotalTime = decimal(plan.treatment_time_s)
    item.SourceMovementType = "FIXED"
    item.SourceApplicatorNumber = 1
    item.SourceApplicatorID = plain_text(f"SPHERE {diameter_mm:g}", SH)
    item.SourceApplicatorType = "RIGID"
    item.SourceApplicatorName = plain_text(f"{diameter_mm:g} mm sphere, {plan.device.applicator_material}", LO)
    item.SourceApplicatorLength = decimal(diameter_mm)  # of the sphere; its shaft is not modelled
    item.SourceApplicatorWallNominalThickness = decimal(plan.applicator.radius_mm)  # it is solid
    item.ReferencedROINumber = APPLICATOR
    item.TransferTubeNumber = None
    item.ReferencedSourceNumber = 1
    item.FinalCumulativeTimeWeight = 1
    item.NumberOfControlPoints = 2
    item.BrachyControlPointSequence = [_point(plan, number, weight) for number, weight in ((0, 0), (1, 1))]
    return item


def _point(plan: Plan, number: int, weight: int) -> Dataset:
    item = Dataset()
    item.ControlPointIndex = number
    item.ControlPointRelativePosition = 0
    item.ControlPoint3DPosition = decimals(plan.centre_mm)
    item.CumulativeTimeWeight = weight
    return item
