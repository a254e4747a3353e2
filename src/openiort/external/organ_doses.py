"""What a dose from outside means for each structure, in a few figures; histograms are the comparison's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import ndimage

from openiort.external.external_dose import ExternalDose
from openiort.patient.patient import Patient
from openiort.patient.sides import midline_mm, structures_by_side
from openiort.patient.structure import Structure

NOT_ORGANS = ("air", "skin", "bone")
LUNG_LEVEL_Gy = 20.0
HOTTEST = 0.02
CALCULATED = 0.999  # of what a value is interpolated from


def organ_doses(patient: Patient, dose: ExternalDose) -> Mapping[str, dict[str, float]]:
    """Structure -> `mean_Gy`, `D2_Gy` (least dose of the hottest 2 %), `V20Gy_percent`, `volume_cc`.

    Structures that the dose does not cover whole, by the centres of their voxels, are left out.

    Args:
        patient: on whose CT the dose lies.
        dose: on any grid.
    """
    found = {}
    has_dose = dose.is_calculated
    filled = np.where(has_dose, dose.dose_Gy, np.float32(0.0))
    for name, structure in {**patient.structures, **_by_side(patient, dose)}.items():
        index = np.argwhere(structure.mask)
        if name in NOT_ORGANS or len(index) == 0:
            continue
        points = patient.image.grid.to_points_mm(index.astype(float))
        at = np.moveaxis(dose.grid.to_index(points), -1, 0)
        values, share = (ndimage.map_coordinates(array, at, output=np.float64, order=1, mode="nearest")
                         for array in (filled, has_dose.astype(np.float32)))
        inside = (at > -1.0).all(0) & (at < np.array(dose.grid.shape)[:, None]).all(0)  # half a voxel beyond its edge
        if not inside.all() or share.min() < CALCULATED:
            continue
        found[name] = {"mean_Gy": float(values.mean()), "D2_Gy": float(np.quantile(values, 1.0 - HOTTEST)),
                       "V20Gy_percent": 100.0 * float((values >= LUNG_LEVEL_Gy).mean()),
                       "volume_cc": structure.volume_cc(patient.image.grid)}
    return found


def without_figures(patient: Patient, found: Mapping[str, dict[str, float]]) -> tuple[str, ...]:
    """Structures of hers that `organ_doses` has left out: empty, or not covered whole by the dose."""
    return tuple(sorted(set(patient.structures) - set(found) - set(NOT_ORGANS)))


def _by_side(patient: Patient, dose: ExternalDose) -> Mapping[str, Structure]:
    """Lungs, or breasts, of the treated side and of the other, where nobody has drawn them apart."""
    if "side" not in dose.provenance or patient.layers is not None:
        return {}
    sign = 1.0 if dose.provenance["side"] == "left" else -1.0
    found = structures_by_side(patient, (midline_mm(patient) + sign, 0.0, 0.0))
    drawn = {name.split()[-1] for name in patient.structures if name.startswith(("left ", "right "))}
    return {name: structure for name, structure in found.items() if name.split()[-1] not in drawn}
