"""The plan: everything that was asked, calculated and checked for one patient, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from openiort.core.display import displayed
from openiort.core.errors import InputError
from openiort.device.catalogue import Applicator, Device
from openiort.dose.dose_grid import DoseGrid
from openiort.dose.second_check import SecondCheck
from openiort.patient.insertion import Insertion
from openiort.patient.patient import Patient
from openiort.plan.dvh import DVH
from openiort.plan.goals import GoalResult
from openiort.plan.prescription import Prescription


@dataclass(frozen=True, slots=True)
class Range:
    """A dose in Gy over the directions around the applicator that meet tissue at that depth.

    Attributes:
        mean: over them.
        min: lowest of them.
        max: highest of them.
    """

    mean: float
    min: float
    max: float


@dataclass(frozen=True, slots=True)
class Plan:
    """One planned intraoperative treatment; its mappings are read-only.

    Attributes:
        patient: her anatomy.
        device: what irradiates.
        applicator: the sphere.
        centre_mm: (x, y, z) of the sphere's centre, DICOM patient coordinates.
        prescription: dose, depth, scale.
        treatment_time_s: nominal, or by the site's own tables.
        water_depth_dose_Gy: depth in mm -> dose to water in homogeneous water at that time.
        water_depth_dose_uncertainty_percent: depth in mm -> its standard uncertainty (k=1).
        patient_water_depth_dose_Gy: depth in mm -> D_w on the CT over 200 directions.
        patient_medium_depth_dose_Gy: depth in mm -> D_m,m on the CT over 200 directions.
        patient_depth_dose_uncertainty_percent: depth in mm -> standard uncertainty (k=1) of the mean D_w on the CT.
        tissue_effect_percent: depth in mm -> mean D_w on the CT against water.
        tissue_effect_uncertainty_percent: depth in mm -> its standard uncertainty (k=1), both doses' counted.
        dvhs: structure -> DVH of D_m,m, shells included.
        distances_mm: structure -> shortest distance from the sphere's surface; None beyond 60 mm or where it is
            not in the scan.
        relative_uncertainty_percent: mean standard uncertainty (k=1) of D_m,m over the 0-10 mm shell.
        second_check: the independent time and its verdict.
        fine_dose: 1 mm grid around the sphere.
        coarse_dose: 4 mm grid out to the bounds of the body.
        warnings: what the user must know, most serious first.
        notes: what the user may want to know.
        elapsed_s: stage -> seconds.
        provenance: version, seed, hashes, device data.
        water_dvhs: structure -> DVH of D_w, the same structures.
        goals: what the plan was to reach, and whether it does.
        options: what was asked of `make_plan`, by its arguments' names, so that it can be asked again.
        times_by_scale: dose scale -> time in s for the same number of grays on each scale that the device has.
        insertion: how the sphere came into the tissue.
        patient_before: her anatomy as scanned, where tissue has given way; None where it has not.
        distances_before_mm: as `distances_mm`, had the sphere been put in place of the scanned tissue; empty where
            no tissue has given way.
        photons: that the source emits during the treatment.
    """

    patient: Patient
    device: Device
    applicator: Applicator
    centre_mm: tuple[float, float, float]
    prescription: Prescription
    treatment_time_s: float
    water_depth_dose_Gy: Mapping[float, float]
    water_depth_dose_uncertainty_percent: Mapping[float, float]
    patient_water_depth_dose_Gy: Mapping[float, Range]
    patient_medium_depth_dose_Gy: Mapping[float, Range]
    patient_depth_dose_uncertainty_percent: Mapping[float, float]
    tissue_effect_percent: Mapping[float, float]
    tissue_effect_uncertainty_percent: Mapping[float, float]
    dvhs: Mapping[str, DVH]
    distances_mm: Mapping[str, float | None]
    relative_uncertainty_percent: float
    second_check: SecondCheck
    fine_dose: DoseGrid
    coarse_dose: DoseGrid
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    elapsed_s: Mapping[str, float]
    provenance: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    times_by_scale: Mapping[str, float] = field(default_factory=dict)
    water_dvhs: Mapping[str, DVH] = field(default_factory=dict)
    goals: tuple[GoalResult, ...] = ()
    insertion: Insertion = field(default_factory=Insertion)
    patient_before: Patient | None = None
    distances_before_mm: Mapping[str, float | None] = field(default_factory=dict)
    photons: float = 0.0

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Mapping):
                object.__setattr__(self, item.name, MappingProxyType(dict(value)))

    def show(self) -> Any:
        """Three planes with isodoses, depth dose and DVHs: shows itself in a notebook, `save(folder)` writes it."""
        return displayed("plan", self)

    def _repr_html_(self) -> str:
        return str(displayed("plan_html", self))

    def dvh(self, structure: str) -> DVH:
        """The DVH of a structure.

        Raises:
            InputError: there is none of that name; the error lists what there is.
        """
        if structure not in self.dvhs:
            raise InputError(
                f"structure '{structure}' is unknown",
                where="structure name",
                allowed=", ".join(self.dvhs),
                fix="choose one of these",
            )
        return self.dvhs[structure]
