"""Doses from outside that were calculated before: kept between runs, under a hash of all that they depend on.

They lie beside the compiled code, in a folder that this user alone can write to.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openiort.core.compiled import PACKAGE, cache_folder
from openiort.core.grid import Grid
from openiort.external.tangent_setup import TangentSetup

KEY_DIGITS = 32


@dataclass(frozen=True, slots=True, eq=False)
class KeptDose:
    """A dose without its prescription.

    Attributes:
        relative: (nz, ny, nx) float32, to the mean in the target.
        sigma_percent: (nz, ny, nx) float32, its statistical uncertainty.
        details: JSON: weights of the segments, photons.
    """

    relative: NDArray[np.float32]
    sigma_percent: NDArray[np.float32]
    details: str


def dose_key(grid: Grid, density_g_cm3: NDArray[np.float32], target: NDArray[np.bool_], setup: TangentSetup,
             engine_name: str, uncertainty_percent: float, seed: int) -> str:
    """First 32 hex digits of a SHA-256 over everything that the dose depends on, the program's text included."""
    digest = hashlib.sha256()
    for file in sorted((PACKAGE / "external").glob("*.py")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for array in (density_g_cm3.astype("<f4"), target, np.array(grid.direction, "<f8")):
        digest.update(repr(array.shape).encode() + np.ascontiguousarray(array).tobytes() + b"\0")
    digest.update(repr((grid.origin_mm, grid.spacing_mm, setup, engine_name, uncertainty_percent, seed)).encode())
    return digest.hexdigest()[:KEY_DIGITS]


def kept_dose(key: str, shape: tuple[int, int, int]) -> KeptDose | None:
    """The dose of that key; None where it was never calculated, or its file is not whole."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        with _file(folder, key).open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            found = KeptDose(stored["relative"], stored["sigma_percent"], str(stored["details"]))
    except Exception:  # a broken file makes NumPy's reader raise many kinds; none is worth more than calculating anew
        return None
    arrays = (found.relative, found.sigma_percent)
    whole = all(array.shape == shape and array.dtype == np.float32 and np.isfinite(array).all() for array in arrays)
    return found if whole else None


def keep_dose(key: str, dose: KeptDose) -> None:
    """Whole or not at all; a folder that is full or read-only only costs the time of calculating again."""
    folder = cache_folder()
    if folder is None:
        return
    try:
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    except OSError:
        return
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, relative=dose.relative, sigma_percent=dose.sigma_percent, details=np.array(dose.details))
        part.replace(_file(folder, key))
    except OSError:
        part.unlink(missing_ok=True)


def _file(folder: Path, key: str) -> Path:
    return folder / f"tangents-{key}.npz"
