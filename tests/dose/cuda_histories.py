"""Histories followed by the CUDA kernels, or by the compiled code of the processor, each with a score of its own.

As a program it writes them to the file named: so the simulator of a GPU, which is chosen when Python starts, can run
beside the compiled code.
"""

from __future__ import annotations

import sys

import numpy as np

from openiort.core.material_table import read_material
from openiort.dose.cut_voxels import voxel_centres_mm
from openiort.dose.processors import CUDA, transport_on
from openiort.dose.scene import Scene, line_spectrum, make_scene
from openiort.dose.space import make_space, score_size
from tests.dose.water_box import water_box

PLAIN, SPLIT, SEED = 200, 100, 7


def mixed_scene() -> Scene:
    """30 keV, a sphere of 5 mm in water, bone from x = 6 to 9 mm, so that some cells of 2 mm are mixed."""
    box = water_box(10, 1)
    bone = np.flatnonzero((voxel_centres_mm(box)[:, 0] > 6) & (voxel_centres_mm(box)[:, 0] < 9))
    box.material[bone], box.density[bone] = 1, 1.92
    return make_scene(box, water_box(20, 5), line_spectrum(30.0),
                      (read_material("water"), read_material("cortical_bone")), sphere_radius_mm=5.0,
                      sphere_material=read_material("polyetherimide"))


def histories(processor: str) -> dict[str, np.ndarray]:
    """(histories, size) scores by kind: everything, scatter alone, split; and of many histories in one score."""
    scene = mixed_scene()
    voxels, cells = make_space(scene, 1), make_space(scene, 2)
    found = {}
    for kind, primary in (("everything", True), ("scatter", False)):
        found[kind] = np.zeros((PLAIN, score_size(scene, voxels)))
        transport_on(processor, scene, voxels).plain(found[kind], 1, SEED, 0, scores_primary=primary)
    found["in one score"] = np.zeros((1, score_size(scene, voxels)))
    transport_on(processor, scene, voxels).plain(found["in one score"], 3 * PLAIN, SEED, PLAIN, scores_primary=False)
    found["split"] = np.zeros((SPLIT, score_size(scene, cells)))
    transport_on(processor, scene, cells).split(found["split"], 1, SEED, 0)
    return found


if __name__ == "__main__":
    np.savez(sys.argv[1], **histories(CUDA))
