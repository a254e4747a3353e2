"""The scatter ratio of an applicator, kept between runs: the preview needs it before anything is moved.

It lies beside the compiled code, whose folder is named after the sources and is written by this user alone. The file's
name is a hash of all that goes into the calculation, so that a ratio of another spectrum, another sphere, other cross
sections or another program is never taken.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np

from openiort.core.compiled import cache_folder
from openiort.core.material import Material
from openiort.core.table import table_sha256
from openiort.dose.responses import RESPONSE_MATERIALS
from openiort.dose.scatter_ratio import EDGES_mm, ScatterRatio, scatter_ratio
from openiort.dose.scene import Spectrum

# what the cross sections, the responses and the composition of water are read from
TABLES = ("photons/elements.csv", "photons/cross_sections.csv", "photons/form_factors.csv", "materials.toml")
SHAPE = (len(EDGES_mm) - 1, 1 + len(RESPONSE_MATERIALS))


def kept_ratio(spectrum: Spectrum, radius_mm: float, sphere_material: Material) -> ScatterRatio:
    """The ratio in water as `scatter_ratio` calculates it; read where it was calculated before."""
    folder = cache_folder()
    if folder is None:
        return scatter_ratio(spectrum, radius_mm, sphere_material)
    file = folder / f"scatter-ratio-{ratio_key(spectrum, radius_mm, sphere_material)}.npy"
    found = _read(file, radius_mm)
    if found is None:
        found = scatter_ratio(spectrum, radius_mm, sphere_material)
        _write(file, found)
    return found


def ratio_key(spectrum: Spectrum, radius_mm: float, sphere_material: Material) -> str:
    """First 32 hex digits of a SHA-256 over everything but the sources that the ratio depends on."""
    digest = hashlib.sha256("".join(table_sha256(name) for name in TABLES).encode())
    for values in spectrum:
        digest.update(values.astype("<f8").tobytes() + b"\0")
    sphere = (radius_mm, sphere_material.density_g_cm3, sorted(sphere_material.mass_fractions.items()))
    digest.update(repr(sphere).encode())
    return digest.hexdigest()[:32]


def _read(file: Path, radius_mm: float) -> ScatterRatio | None:
    """None where there is no file, or none that is whole."""
    try:
        rows = np.load(file, allow_pickle=False)
    except Exception:  # a broken header makes NumPy's reader raise many kinds; none is worth more than calculating anew
        return None
    if rows.shape != SHAPE or rows.dtype != float or not np.isfinite(rows).all():
        return None
    return ScatterRatio(radius_mm, rows[:, 0], rows[:, 1:])


def _write(file: Path, found: ScatterRatio) -> None:
    """Whole or not at all; a folder that is full or read-only only costs the time of calculating again."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    except OSError:
        return
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            np.save(stream, np.column_stack([found.depth_mm, found.ratio]))
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
