"""What a dose means for a patient: depth doses, dose-volume histograms, distances."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from openiort.dose.box_dose import BoxDose
from openiort.dose.dose_grid import DoseGrid
from openiort.dose.photon_dose import PhotonDose
from openiort.dose.point_dose import PointDose
from openiort.dose.water_dose import WaterDose
from openiort.patient.patient import Patient
from openiort.plan.depth_dose import DEPTHS_mm, patient_depth_doses
from openiort.plan.dvh import DVH
from openiort.plan.placed import Placed
from openiort.plan.placement import distances_mm
from openiort.plan.plan import Range
from openiort.plan.plan_dvhs import plan_dvhs, with_plan_structures
from openiort.plan.prescription import Prescription

EFFECT_DEPTHS_mm = (5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The parts of a `Plan` that are made of its dose; names and meanings as there."""

    patient: Patient
    water_depth_dose_Gy: Mapping[float, float]
    water_depth_dose_uncertainty_percent: Mapping[float, float]
    patient_water_depth_dose_Gy: Mapping[float, Range]
    patient_medium_depth_dose_Gy: Mapping[float, Range]
    patient_depth_dose_uncertainty_percent: Mapping[float, float]
    tissue_effect_percent: Mapping[float, float]
    tissue_effect_uncertainty_percent: Mapping[float, float]
    dvhs: Mapping[str, DVH]
    water_dvhs: Mapping[str, DVH]
    distances_mm: dict[str, float | None]
    distances_before_mm: dict[str, float | None]
    fine_dose: DoseGrid
    coarse_dose: DoseGrid


def evaluate(placed: Placed, dose: PhotonDose, water: WaterDose, photons: float, prescription: Prescription,
             radius_mm: float) -> Evaluation:
    """Evaluate a dose.

    Args:
        placed: the patient with the applicator in her.
        dose: per source photon.
        water: the same in homogeneous water.
        photons: that the source emits during the treatment.
        prescription: what was asked for.
        radius_mm: of the sphere.
    """
    points, centre = PointDose(dose), dose.scene.origin_mm
    depths_mm = sorted({*DEPTHS_mm, prescription.depth_mm})
    in_water = {depth: water.at_depth_Gy(depth) for depth in depths_mm}
    water_Gy = {depth: value * photons for depth, (value, _) in in_water.items()}
    water_percent = {depth: 100.0 * sigma / value for depth, (value, sigma) in in_water.items()}
    to_water, to_medium = patient_depth_doses(points, placed.patient, centre, radius_mm, photons, depths_mm)
    percent = {depth: float(dose.depth_uncertainty_percent[int(depth)]) for depth in to_water}
    effect = {d: 100.0 * (to_water[d].mean / water_Gy[d] - 1.0) for d in EFFECT_DEPTHS_mm if d in to_water}
    patient = with_plan_structures(placed.patient, centre, radius_mm)
    dvhs, water_dvhs = plan_dvhs(patient, dose, points, photons, prescription.dose_Gy,
                                 water_percent[prescription.depth_mm])
    return Evaluation(
        patient=patient, water_depth_dose_Gy=water_Gy, water_depth_dose_uncertainty_percent=water_percent,
        patient_water_depth_dose_Gy=to_water, patient_medium_depth_dose_Gy=to_medium,
        patient_depth_dose_uncertainty_percent=percent, tissue_effect_percent=effect,
        tissue_effect_uncertainty_percent={d: math.hypot(water_percent[d], percent[d]) for d in effect},
        dvhs=dvhs, water_dvhs=water_dvhs, distances_mm=distances_mm(patient, centre, radius_mm),
        distances_before_mm=distances_mm(placed.before, centre, radius_mm) if placed.before else {},
        fine_dose=dose_grid(dose, dose.fine, photons), coarse_dose=dose_grid(dose, dose.coarse, photons),
    )


def dose_grid(dose: PhotonDose, box: BoxDose, photons: float) -> DoseGrid:
    """Dose for a number of photons on a box's grid; the applicator's inside is 0."""
    grid = dose.scene.grid(box.box)

    def shaped(values: np.ndarray) -> np.ndarray:
        return np.asarray(np.where(box.part.share > 0, values, 0.0).reshape(grid.shape))

    def percent(sigma: np.ndarray, value: np.ndarray) -> np.ndarray:
        return np.asarray(100.0 * np.divide(sigma, value, out=np.zeros_like(value), where=value > 0))

    return DoseGrid(grid, shaped(box.medium_Gy * photons), shaped(box.water_Gy * photons),
                    shaped(percent(box.medium_sigma_Gy, box.medium_Gy)),
                    shaped(percent(box.water_sigma_Gy, box.water_Gy)))
