"""Dose at points: the primary exactly there, the scatter from the voxels around.

The dose falls by 15 % a millimetre at the surface, so it is never interpolated itself. Scatter is divided by a radial
model M(r) = exp(a + b ln r + c r), fitted to it, which leaves something that varies slowly, across borders of tissues
too, because it is the response of one and the same material everywhere. That is averaged by a Gaussian of 1 mm, so
that the highest and the lowest of many points are not those of the noise, interpolated between the voxels and
multiplied by M at the point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import prange
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from openiort.core.compiled import njit
from openiort.dose.box_dose import BoxDose
from openiort.dose.photon_dose import PhotonDose
from openiort.dose.primary import primary_responses

FloatArray = NDArray[np.float64]
SMOOTHING_mm = 1.0  # standard deviation
# in flat layers nothing but the distance changes along them
ALONG_LAYERS_mm = 3.0
LAYERS_mm: FloatArray = np.concatenate([[0.15, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0], np.arange(6.0, 90.0, 2.0)])


def radial_model(dose: BoxDose) -> FloatArray:
    """(3, 3) a, b, c of M for each response, by least squares on the logarithm over the voxels with scatter."""
    radius = np.linalg.norm(dose.part.centre_mm, axis=1)
    used = (dose.part.share > 0.5) & (dose.scatter > 0).all(axis=1)
    r, scatter = radius[used][::5], dose.scatter[used][::5]
    basis = np.stack([np.ones_like(r), np.log(r), r], 1)
    return np.asarray(np.linalg.lstsq(basis, np.log(scatter), rcond=None)[0].T)


@njit
def _model(fit, k, r):
    return math.exp(fit[k, 0] + fit[k, 1] * math.log(r) + fit[k, 2] * r)


@njit(parallel=True)
def _ratio(scatter, centre, share, fit, found):
    for v in prange(scatter.shape[0]):
        if share[v] > 0.0:
            r = math.sqrt(centre[v, 0] ** 2 + centre[v, 1] ** 2 + centre[v, 2] ** 2)
            for k in range(3):
                found[v, k] = scatter[v, k] / _model(fit, k, r)


@njit(parallel=True)
def _scatter_points(box, share, ratio, fit, points, found):
    nz, ny, nx = box.shape[0], box.shape[1], box.shape[2]
    for i in prange(points.shape[0]):
        fx = min(max((points[i, 0] - box.low_mm[0]) / box.step_mm - 0.5, 0.0), nx - 1.001)
        fy = min(max((points[i, 1] - box.low_mm[1]) / box.step_mm - 0.5, 0.0), ny - 1.001)
        fz = min(max((points[i, 2] - box.low_mm[2]) / box.step_mm - 0.5, 0.0), nz - 1.001)
        ix, iy, iz = int(fx), int(fy), int(fz)
        gx, gy, gz = fx - ix, fy - iy, fz - iz
        total, s0, s1, s2 = 0.0, 0.0, 0.0, 0.0
        for corner in range(8):
            cx, cy, cz = corner & 1, (corner >> 1) & 1, corner >> 2
            v = ((iz + cz) * ny + iy + cy) * nx + ix + cx
            w = (gx if cx else 1.0 - gx) * (gy if cy else 1.0 - gy) * (gz if cz else 1.0 - gz) * share[v]
            total += w
            s0 += w * ratio[v, 0]
            s1 += w * ratio[v, 1]
            s2 += w * ratio[v, 2]
        if total > 0.0:
            r = math.sqrt(points[i, 0] ** 2 + points[i, 1] ** 2 + points[i, 2] ** 2)
            found[i, 0] = s0 / total * _model(fit, 0, r)
            found[i, 1] = s1 / total * _model(fit, 1, r)
            found[i, 2] = s2 / total * _model(fit, 2, r)


@dataclass(frozen=True, slots=True)
class DepthProfile:
    """Means of the tissue in layers around the applicator.

    Attributes:
        radius_mm: (layers,) mean distance from the source.
        mean: (layers, n) of n values.
    """

    radius_mm: FloatArray
    mean: FloatArray

    @classmethod
    def of(cls, values: NDArray[Any], dose: PhotonDose) -> DepthProfile:
        """Of values (voxels, n) of the fine box."""
        part = dose.fine.part
        depth_mm = np.linalg.norm(part.centre_mm, axis=1) - dose.scene.sphere.radius_mm
        layer = np.digitize(depth_mm, LAYERS_mm)
        volume = np.bincount(layer, part.share, len(LAYERS_mm) + 1)
        filled = volume > 0
        columns = (depth_mm, *values.T)
        depth, *means = (np.bincount(layer, part.share * column, len(volume))[filled] / volume[filled]
                         for column in columns)
        return cls(depth + dose.scene.sphere.radius_mm, np.stack(means, 1))

    def at(self, radius_mm: FloatArray, *, empty: float = 0.0) -> FloatArray:
        """(points, n) at distances from the source; `empty` where a mean is not above 0."""
        columns = np.where(self.mean > 0, self.mean, empty).T if empty else self.mean.T
        return np.stack([np.interp(radius_mm, self.radius_mm, column) for column in columns], 1)


class PointDose:
    """Dose per source photon at any point of the fine box outside the applicator."""

    def __init__(self, dose: PhotonDose, *, smoothing_mm: float = SMOOTHING_mm) -> None:
        """Prepare; `smoothing_mm` is the standard deviation of the Gaussian, 0 for none; along layers it is wider."""
        self._dose = dose
        self._fit = radial_model(dose.fine)
        ratio = np.zeros_like(dose.fine.scatter)
        _ratio(dose.fine.scatter, dose.fine.part.centre_mm, dose.fine.part.share, self._fit, ratio)
        # what M misses of the fall with depth, most of it in the first millimetre: averaging would smear it
        self._profile = DepthProfile.of(ratio, dose)
        ratio /= self._profile.at(np.linalg.norm(dose.fine.part.centre_mm, axis=1), empty=1.0)
        self._ratio = averaged(ratio, dose.fine, averaging_mm(dose, smoothing_mm)) if smoothing_mm else ratio

    def voxel_responses(self, voxel: NDArray[np.intp]) -> FloatArray:
        """(n, 3) responses in voxels of the fine box, Gy per source photon: the scatter is the averaged one."""
        fine = self._dose.fine
        r_mm = np.linalg.norm(fine.part.centre_mm[voxel], axis=1)
        model = np.exp(np.stack([np.ones_like(r_mm), np.log(r_mm), r_mm], 1) @ self._fit.T)
        return np.asarray(fine.primary[voxel] + self._ratio[voxel] * model * self._profile.at(r_mm, empty=1.0))

    def voxel_at(self, points_mm: FloatArray) -> NDArray[np.intp]:
        """(n,) index of the voxel of the fine box in which each of (n, 3) points lies."""
        box = self._dose.fine.box
        last = np.array(box.shape[::-1]) - 1
        x, y, z = np.clip(np.floor((points_mm - box.low_mm) / box.step_mm).astype(np.intp), 0, last).T
        return np.asarray((z * box.shape[1] + y) * box.shape[2] + x)

    def responses(self, points_mm: FloatArray) -> FloatArray:
        """(n, 3) responses at points (n, 3) in mm from the source, Gy per source photon.

        Raises:
            ValueError: a point outside the fine box, where there is nothing to interpolate between.
        """
        box = self._dose.fine.box
        points = np.ascontiguousarray(points_mm, float)
        if ((points < box.low_mm) | (points > box.high_mm)).any():
            raise ValueError("a point lies outside the fine box")
        scatter = np.zeros((len(points), 3))
        _scatter_points(box, self._dose.fine.part.share, self._ratio, self._fit, points, scatter)
        scatter *= self._profile.at(np.linalg.norm(points, axis=1), empty=1.0)
        return primary_responses(self._dose.scene, points) + scatter

    def doses_Gy(self, points_mm: FloatArray, material: NDArray[np.integer]) -> tuple[FloatArray, FloatArray]:
        """D_m,m and D_w (n,) at points (n, 3) of the fine box, Gy per source photon.

        Args:
            points_mm: from the source.
            material: (n,) what is there, as an index into the scene's materials.
        """
        responses = self.responses(points_mm)
        return np.maximum((self._dose.scene.mix[material] * responses).sum(1), 0.0), responses[:, 0]


def averaging_mm(dose: PhotonDose, smoothing_mm: float = SMOOTHING_mm) -> tuple[float, float, float]:
    """Standard deviations of the Gaussian along z, y and x."""
    along_mm = ALONG_LAYERS_mm if dose.scene.layered else smoothing_mm
    return along_mm, smoothing_mm, along_mm


def averaged(ratio: NDArray[Any], dose: BoxDose, smoothing_mm: tuple[float, float, float]) -> NDArray[Any]:
    """`ratio` (voxels, n) averaged over the tissue around each voxel; standard deviations along z, y and x."""
    shape, sigma = tuple(dose.box.shape), np.array(smoothing_mm) / dose.box.step_mm
    share = dose.part.share.reshape(shape)
    weight = gaussian_filter(share, sigma, mode="nearest")
    found = np.zeros_like(ratio)
    for k in range(ratio.shape[1]):
        total = gaussian_filter(ratio[:, k].reshape(shape) * share, sigma, mode="nearest")
        found[:, k] = np.divide(total, weight, out=np.zeros_like(total), where=weight > 1e-6).ravel()
    return found
