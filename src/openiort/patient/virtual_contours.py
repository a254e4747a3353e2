"""What a physician would have drawn on the virtual patient's CT, from the truth about her, under names of TG-263.

Source of the names: C. Mayo et al., Int. J. Radiat. Oncol. Biol. Phys. 100, 1057 (2018),
doi:10.1016/j.ijrobp.2017.12.013.
"""

from __future__ import annotations

import numpy as np

from openiort.core.grid import Grid
from openiort.patient.contoured_patient import CONTOURED
from openiort.patient.structure import Structure
from openiort.patient.virtual_parameters import VirtualPatient
from openiort.patient.virtual_patient import slices, virtual_structures
from openiort.patient.virtual_scene import breast_tissue, skin_distance
from openiort.patient.virtual_thorax import cage_at
from openiort.patient.voxel_space import BoolArray, reaches_edge

SIDES = {"L": 1, "R": -1}  # the patient's left has positive x


def virtual_contours(patient: VirtualPatient, grid: Grid) -> dict[str, Structure]:
    """Lump (`GTV`) or tumour bed (`Tumor Bed`), the breast it lies in, lungs by side, heart; on any grid."""
    truth = virtual_structures(patient, grid)
    tumour = ("GTV", "lump") if patient.tumour_state == "lump" else ("Tumor Bed", "tumour bed")
    side = patient.side[0].upper()
    drawn = {tumour[0]: truth[tumour[1]].mask, f"Breast_{side}": _breast(patient, grid)}
    left = _is_left(grid)
    drawn |= {f"Lung_{letter}": truth["lungs"].mask & (left if sign > 0 else ~left) for letter, sign in SIDES.items()}
    drawn["Heart"] = truth["heart"].mask
    return {name: Structure(name, mask, CONTOURED, reaches_edge(mask)) for name, mask in drawn.items()}


def _breast(patient: VirtualPatient, grid: Grid) -> BoolArray:
    found = np.zeros(grid.shape, bool)
    for part, point in slices(grid):
        cage = cage_at(point)
        found[part] = breast_tissue(patient.breast, cage, skin_distance(patient, cage))
    return found


def _is_left(grid: Grid) -> BoolArray:
    return np.concatenate([np.broadcast_to(point[0] > 0, point[0].shape) for _, point in slices(grid)])
