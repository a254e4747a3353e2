"""How much the dose in each voxel differs between groups of histories: the noise of the Monte Carlo, voxel by voxel.

A voxel's standard uncertainty does not say how wrong a DVH may be: one photon's track crosses many voxels, and the dose
at a point is averaged over its neighbours. Groups of histories are independent runs of the whole, so whatever is made
of all voxels can be made of each group's, and the spread of that holds all correlations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.dose.box_dose import BoxDose
from openiort.dose.photon_dose import PhotonDose
from openiort.dose.point_dose import DepthProfile, averaged, averaging_mm

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DoseSpread:
    """Relative deviation of each group's dose from that of all; D_m,m and D_w have the same, within their own noise.

    Attributes:
        profile: what of it changes with depth alone in the fine box, one column a group.
        fine: (groups, voxels) float32, the rest of it in the fine box, averaged as doses at points are.
        coarse: (groups, voxels) float32 in the coarse box, as scored.
    """

    profile: DepthProfile
    fine: NDArray[np.float32]
    coarse: NDArray[np.float32]

    @property
    def groups(self) -> int:
        """How many."""
        return len(self.fine)

    def near(self, voxel: NDArray[np.intp], radius_mm: FloatArray) -> NDArray[np.float32]:
        """(groups, n) deviation of each group at points in voxels of the fine box, at distances from the source."""
        found = self.fine[:, voxel]
        for deviation, mean in zip(found, self.profile.mean.T, strict=True):
            deviation += np.interp(radius_mm, self.profile.radius_mm, mean)
        return found


def dose_spread(dose: PhotonDose) -> DoseSpread | None:
    """The spread of a dose; None where it has kept no groups."""
    fine, coarse = _relative(dose.fine), _relative(dose.coarse)
    if fine is None or coarse is None:
        return None
    profile = DepthProfile.of(fine.T, dose)
    rest = fine - profile.at(np.linalg.norm(dose.fine.part.centre_mm, axis=1)).T.astype(np.float32)
    rest[:, dose.fine.part.share == 0] = 0.0
    return DoseSpread(profile, averaged(rest.T, dose.fine, averaging_mm(dose)).T, coarse)


def _relative(box: BoxDose) -> NDArray[np.float32] | None:
    if box.groups_Gy is None:
        return None
    deviation = box.groups_Gy - box.groups_Gy.mean(axis=0)
    dense = (box.part.share > 0) & (box.water_Gy > 0)
    return np.asarray(np.divide(deviation, box.water_Gy, out=np.zeros_like(deviation), where=dense))
