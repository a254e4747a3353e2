"""The lump that is out before the sphere goes in: by its volume or as a structure of the patient's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openiort.core.errors import InputError
from openiort.patient.contoured_patient import CONTOURED
from openiort.patient.insertion import ball_radius_mm, check_lump_volume
from openiort.patient.patient import Patient

# a ball in voxels of a CT has 10 % or so of its volume beyond its radius
LEFT_WORTH_A_WARNING_percent, MOST_LEFT_percent = 20.0, 50.0
VOLUME_OPTION, ROI_OPTION = "--lump-volume-cc (lump_volume_cc)", "--lump (lump)"


@dataclass(frozen=True, slots=True)
class Lump:
    """What is taken out.

    Attributes:
        volume_cc: of it.
        said: what was asked for, in words.
        structure: the patient's structure that it is; None where only a volume is known.
        centre_mm: (x, y, z) of that structure's middle; None where only a volume is known.
    """

    volume_cc: float
    said: str
    structure: str | None = None
    centre_mm: tuple[float, float, float] | None = None


def check_lump_options(lump_volume_cc: float | None, lump: str | None, sphere_radius_mm: float) -> None:
    """Refuse what can be seen to be wrong without the patient.

    Raises:
        InputError: both are given, or the volume is none or larger than the sphere.
    """
    if lump_volume_cc is not None and lump is not None:
        raise InputError(f"the lump is given twice: {lump_volume_cc:g} cc and structure '{lump}'",
                         where=f"{VOLUME_OPTION}, {ROI_OPTION}", allowed="one of them", fix="leave one of them out")
    if lump_volume_cc is not None:
        check_lump_volume(lump_volume_cc, sphere_radius_mm, VOLUME_OPTION)


def chosen_lump(patient: Patient, lump_volume_cc: float | None, lump: str | None,
                sphere_radius_mm: float) -> Lump | None:
    """The lump that was asked for; None where the sphere is to be put in place of what was scanned.

    Args:
        patient: as scanned.
        lump_volume_cc: its volume, or
        lump: the name of a contoured structure, upper or lower case.
        sphere_radius_mm: of the sphere that takes its place.

    Raises:
        InputError: both are given, the phantom is a layered one, no such structure, it is empty or larger than the
            sphere.
    """
    check_lump_options(lump_volume_cc, lump, sphere_radius_mm)
    if lump_volume_cc is None and lump is None:
        return None
    if patient.layers is not None:
        raise InputError("in layers there is no lump: they were measured with the applicator in place",
                         where=ROI_OPTION if lump_volume_cc is None else VOLUME_OPTION,
                         allowed="a patient with a CT", fix="leave it out")
    if lump is None:
        return Lump(float(lump_volume_cc or 0.0), f"{lump_volume_cc:g} cc")
    return _structure_as_lump(patient, lump, sphere_radius_mm)


def _structure_as_lump(patient: Patient, lump: str, sphere_radius_mm: float) -> Lump:
    drawn = [name for name, structure in patient.structures.items() if structure.origin == CONTOURED]
    name = next((known for known in drawn if known.casefold() == lump.casefold()), None)
    if name is None:
        raise InputError(f"no contoured structure is called '{lump}'", where=ROI_OPTION,
                         allowed=", ".join(sorted(drawn)) or "a contoured structure; this patient has none",
                         fix="choose one of these, or give the volume by --lump-volume-cc")
    grid, structure = patient.image.grid, patient.structures[name]
    volume_cc = structure.volume_cc(grid)
    check_lump_volume(volume_cc, sphere_radius_mm, f"{ROI_OPTION}, structure '{name}'")
    where = np.nonzero(structure.touched)
    middle = np.average(grid.to_points_mm(np.stack(where, -1).astype(float)), axis=0, weights=structure.shares(where))
    x, y, z = (round(float(c), 2) for c in middle)
    return Lump(volume_cc, f"structure {name}", name, (x, y, z))


def check_lump_place(patient: Patient, lump: Lump, centre_mm: tuple[float, float, float]) -> list[str]:
    """Whether a structure that is out lies where the ball of its volume is taken out, about the sphere's centre.

    Returns:
        What is to be warned of.

    Raises:
        InputError: half of it or more lies elsewhere.
    """
    if lump.structure is None or lump.centre_mm is None:
        return []
    grid, structure = patient.image.grid, patient.structure(lump.structure)
    where = np.nonzero(structure.touched)
    far_mm = np.linalg.norm(grid.to_points_mm(np.stack(where, -1).astype(float)) - np.array(centre_mm), axis=1)
    shares = structure.shares(where)
    left_percent = 100.0 * float(shares[far_mm > ball_radius_mm(lump.volume_cc)].sum() / shares.sum())
    if left_percent < LEFT_WORTH_A_WARNING_percent:
        return []
    away_mm = float(np.linalg.norm(np.array(centre_mm) - lump.centre_mm))
    said = (f"{left_percent:.0f} % of {lump.said} lies outside the ball of its volume that is taken out about the "
            f"sphere's centre, {away_mm:.1f} mm from its middle")
    if left_percent < MOST_LEFT_percent:
        return [f"{said}: that part stays in the breast as tissue"]
    at = ",".join(f"{c:g}" for c in lump.centre_mm)
    raise InputError(said, where=ROI_OPTION, allowed=f"less than {MOST_LEFT_percent:g} %",
                     fix=f"put the sphere there (--at={at}, or leave --at out), or give the lump's volume instead")
