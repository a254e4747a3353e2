"""What is asked of a program that calculates the dose of photon beams: one segment of one field at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.external.photon_field import PhotonField, Rectangle


@dataclass(frozen=True, slots=True)
class SegmentDose:
    """Dose of one segment.

    Attributes:
        dose_Gy: (nz, ny, nx) per photon that leaves the source through the segment.
        sigma_Gy: (nz, ny, nx) its statistical standard uncertainty (k = 1).
        photons: that were followed.
    """

    dose_Gy: NDArray[np.float64]
    sigma_Gy: NDArray[np.float64]
    photons: int


class PhotonEngine(Protocol):
    """An engine with a scene: densities on a grid whose axes are the patient's.

    Attributes:
        name: program, version and settings, all that its result depends on but the scene.
        medium: what the dose is to, in words.
        notes: what people must know of its data.
    """

    name: str
    medium: str
    notes: tuple[str, ...]

    def prepare(self) -> None:
        """Load or make what every run needs; it may take minutes the first time on a machine."""

    def segment_dose(self, field: PhotonField, segment: Rectangle, photons: int, seed: int) -> SegmentDose:
        """Dose of about that many photons; equal arguments give equal results. Several threads may call it."""


# builds an engine for a grid and its densities, (nz, ny, nx) g/cm3
EngineMaker = Callable[[Grid, NDArray[np.float32]], PhotonEngine]
