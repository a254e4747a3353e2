"""A layered phantom as a patient: what is planned on in theatre, where there is no CT with the applicator in place.

Flat layers across y (front to back) around the applicator's centre, which is the origin. The voxels are as thin along
y as it takes for every face to lie between two of them, 0.1 to 1 mm.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.core.table import read_toml
from openiort.patient.identity import SourceIdentity
from openiort.patient.image import CTImage
from openiort.patient.layers import TABLE, Layers, TENTHS_PER_mm, default_thickness_mm
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap

PSEUDONYM, ORIGIN = "layers", "phantom"
ACROSS_mm = 4.0
NOT_HER_ANATOMY = "layered phantom, not her anatomy"
# structure -> the layers that it is made of
STRUCTURES = {
    "body": ("skin", "breast", "muscle", "rib", "lung"),
    "skin": ("skin",),
    "bone": ("rib",),
    "lungs": ("lung",),
    "chest wall": ("muscle", "rib", "lung"),
}


def layered_patient(*, applicator_mm: float, skin_mm: float, chest_wall_mm: float, adipose_percent: float = 50.0,
                    skin_thickness_mm: float | None = None, muscle_mm: float | None = None,
                    rib_mm: float | None = None) -> Patient:
    """A phantom from distances that ultrasound gives; lengths are taken to 0.1 mm.

    Args:
        applicator_mm: diameter of the sphere, from whose surface the distances are measured.
        skin_mm: distance to the outside of the skin, in front.
        chest_wall_mm: distance to the front of the muscle on the ribs, behind.
        adipose_percent: share of adipose tissue in the breast by mass; the rest is gland.
        skin_thickness_mm: None for the default of `tables/layers.toml`, as for the next two.
        muscle_mm: thickness of the muscle.
        rib_mm: thickness of the rib, a closed plate; 0 for a gap between ribs.

    Returns:
        The patient; `layers` holds what she was made from, `layers.centre_mm` where the applicator lies.

    Raises:
        InputError: a value that is not finite or out of range.
    """
    layers = Layers(
        applicator_mm, skin_mm, chest_wall_mm, adipose_percent,
        default_thickness_mm("skin") if skin_thickness_mm is None else skin_thickness_mm,
        default_thickness_mm("muscle") if muscle_mm is None else muscle_mm,
        default_thickness_mm("rib") if rib_mm is None else rib_mm,
    )  # fmt: skip
    grid, number = _planes(layers)
    names = ("air", *(layer.tissue for layer in layers.stack()))
    materials = tuple(_material(layers, name) for name in names)
    density = np.array([material.density_g_cm3 for material in materials])
    tissues = TissueMap(materials, _spread(grid, number), _spread(grid, density[number]),
                        tuple(_plain_tissues(layers, name) for name in names))
    hounsfield = np.array([_hounsfield(layers, name) for name in names])
    digest = hashlib.sha256(json.dumps(asdict(layers)).encode()).hexdigest()
    return Patient(CTImage(_spread(grid, hounsfield[number]).astype(np.float32), grid),
                   _structures(grid, number, names), tissues, PSEUDONYM, identity=_identity(digest),
                   input_sha256=digest, notes=_notes(layers), options={"layers": asdict(layers)}, layers=layers)


def _planes(layers: Layers) -> tuple[Grid, NDArray[np.uint8]]:
    """The grid, and for each of its planes along y which layer it lies in, counted from 1; 0 in front of the skin.

    Whole millimetres from the applicator's centre lie between two planes as well: there the engine's voxels end.
    """
    size, stack = read_toml(TABLE)["size"], layers.stack()
    first_mm = math.floor(stack[0].front_mm - size["air_mm"])
    faces_mm = [first_mm, *(layer.front_mm for layer in stack), stack[-1].back_mm]
    tenths = [round(TENTHS_PER_mm * face) for face in faces_mm]
    step = math.gcd(TENTHS_PER_mm, *tenths)
    thickness = np.diff(tenths) // step
    number = np.repeat(np.arange(len(thickness)), thickness).astype(np.uint8)
    across = round(2.0 * size["half_width_mm"] / ACROSS_mm)
    step_mm, corner_mm = step / TENTHS_PER_mm, -size["half_width_mm"] + ACROSS_mm / 2.0
    grid = Grid((corner_mm, first_mm + step_mm / 2.0, corner_mm), (ACROSS_mm, step_mm, ACROSS_mm),
                (across, len(number), across))
    return grid, number


def _spread(grid: Grid, values: NDArray[Any]) -> NDArray[Any]:
    """One value a plane (ny,) as an array on the grid (nz, ny, nx)."""
    return np.ascontiguousarray(np.broadcast_to(values[None, :, None], grid.shape))


def _structures(grid: Grid, number: NDArray[np.uint8], names: tuple[str, ...]) -> dict[str, Structure]:
    """The usual ones and `chest wall`; the layers go on beyond the phantom, so it cuts them all."""
    found = {}
    for name, tissues in STRUCTURES.items():
        mask = np.isin(number, [names.index(tissue) for tissue in tissues if tissue in names])
        found[name] = Structure(name, _spread(grid, mask), ORIGIN, cut_by_scan=bool(mask.any()))
    found["air"] = Structure("air", ~found["body"].mask, ORIGIN, cut_by_scan=True)
    return found


def _material(layers: Layers, tissue: str) -> Material:
    return layers.breast if tissue == "breast" else read_material(tissue)


def _plain_tissues(layers: Layers, tissue: str) -> dict[str, float]:
    """Shares by volume."""
    if tissue != "breast":
        return {tissue: 1.0}
    adipose, density = layers.adipose_percent / 100.0, layers.breast.density_g_cm3
    shares = {"adipose": adipose, "gland": 1.0 - adipose}
    return {name: mass * density / read_material(name).density_g_cm3 for name, mass in shares.items() if mass}


def _hounsfield(layers: Layers, tissue: str) -> float:
    if tissue != "breast":
        return float(read_toml(TABLE)["hounsfield"][tissue])
    rule = read_toml("tissue_rules.toml")["breast"]
    return float(rule["gland_HU"] + layers.adipose_percent / 100.0 * (rule["adipose_HU"] - rule["gland_HU"]))


def _identity(digest: str) -> SourceIdentity:
    """Nobody's, with identifiers that are the same for the same phantom: 2.25 and 128 bits of a hash (PS3.5, B.2)."""
    study, series, frame = (
        f"2.25.{int(hashlib.sha256(f'{kind} {digest}'.encode()).hexdigest()[:32], 16)}"
        for kind in ("study", "series", "frame of reference")
    )
    return SourceIdentity(study_instance_uid=study, series_instance_uid=series, frame_of_reference_uid=frame)


def _notes(layers: Layers) -> tuple[str, ...]:
    said = [f"{NOT_HER_ANATOMY}: {layers.text()}", "the layers are flat and go on to all sides; volumes and mean doses "
            "of skin, bone, lungs and body are those of the phantom, not of her organs"]
    if layers.rib_mm:
        said.append("behind a gap between ribs lung and muscle get more than behind the plate: plan with rib 0 mm too")
    return tuple(said)
