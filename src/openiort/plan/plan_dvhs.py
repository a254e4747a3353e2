"""All dose-volume histograms of a plan: shells, PTV, and every structure, organs by side among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from openiort.dose.dose_spread import dose_spread
from openiort.dose.photon_dose import PhotonDose
from openiort.dose.point_dose import PointDose
from openiort.patient.patient import Patient
from openiort.patient.sides import structures_by_side
from openiort.plan.dose_samples import DoseSamples
from openiort.plan.dvh import DVH
from openiort.plan.shell_dvh import shell_dvhs
from openiort.plan.structure_dvh import STRUCTURES, structure_dvh
from openiort.plan.target_volume import target_name, target_structure

WITHOUT_DOSE = ("air",)


def with_plan_structures(patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float) -> Patient:
    """The patient with the structures that the applicator's place defines: PTV, ipsi- and contralateral organs.

    Args:
        patient: her anatomy.
        centre_mm: of the sphere, patient coordinates.
        radius_mm: of the sphere.
    """
    target = target_structure(patient, centre_mm, radius_mm)
    by_side = structures_by_side(patient, centre_mm)
    # what somebody has drawn under such a name stays
    return replace(patient, structures={**by_side, **patient.structures, target.name: target})


def plan_dvhs(patient: Patient, dose: PhotonDose, points: PointDose, photons: float,
              prescription_Gy: float,
              photons_percent: float = 0.0) -> tuple[Mapping[str, DVH], Mapping[str, DVH]]:
    """Structure -> DVH, of D_m,m and of D_w, each with its statistical uncertainty.

    Args:
        patient: with the structures of `with_plan_structures`.
        dose: per photon.
        points: the same at points.
        photons: of the treatment.
        prescription_Gy: what 100 % means.
        photons_percent: standard uncertainty (k=1) of `photons`, which all doses share.
    """
    radius_mm, spread = dose.scene.sphere.radius_mm, dose_spread(dose)
    shells = shell_dvhs(points, patient, dose.scene.origin_mm, radius_mm, photons, prescription_Gy, spread)
    others = (name for name in patient.structures if name not in (*STRUCTURES, *WITHOUT_DOSE, target_name(patient)))
    names = (*STRUCTURES, *others)
    samples = DoseSamples(patient, dose, points, names, spread)
    found: dict[str, tuple[DVH, DVH]] = {}
    for name in names:
        same = next((other for other in found if _alike(patient, name, other)), None)
        found[name] = (structure_dvh(name, samples, photons, prescription_Gy) if same is None
                       else _renamed(found[same], name))
    to_medium, to_water = ({name: _with_photons(pair[k], photons_percent) for name, pair in (shells | found).items()}
                           for k in (0, 1))
    return to_medium, to_water


def _alike(patient: Patient, name: str, other: str) -> bool:
    """Whether two names stand for the same voxels: organs have one by their side and one by the applicator's."""
    if other not in patient.structures:
        return False
    one, two = patient.structure(name), patient.structure(other)
    if one.cut_by_scan != two.cut_by_scan or not np.array_equal(one.mask, two.mask):
        return False
    if one.share_255 is None or two.share_255 is None:
        return one.share_255 is two.share_255
    return np.array_equal(one.share_255, two.share_255)


def _renamed(pair: tuple[DVH, DVH], name: str) -> tuple[DVH, DVH]:
    to_medium, to_water = (replace(dvh, structure=name) for dvh in pair)
    return to_medium, to_water


def _with_photons(dvh: DVH, percent: float) -> DVH:
    return dvh if dvh.band is None else replace(dvh, band=dvh.band.with_common(percent, dvh.mean_Gy))
