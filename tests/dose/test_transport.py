"""Transport: reproducible whatever the threads, the hybrid equals the plain engine, energy is not made."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.core.units import GRAY_PER_keV_PER_g
from openiort.dose.cut_voxels import voxel_centres_mm
from openiort.dose.primary import primary_responses
from openiort.dose.scene import Scene, VoxelBox, line_spectrum, make_scene
from openiort.dose.space import make_space, score_size
from openiort.dose.transport import run_plain, run_split
from tests.dose.water_box import water_box

BATCHES, HISTORIES = 8, 4000


def run(scene: Scene, kind: str, seed: int, batches: int, histories: int, fold: int = 1) -> np.ndarray:
    """(batches, cells, 3) of the fine box per history; kind is `all`, `scatter` or `split`."""
    space = make_space(scene, fold)
    found = np.zeros((batches, score_size(scene, space)), np.float32)
    data = (space, scene.spectrum, scene.tables, scene.responses)
    if kind == "split":
        run_split(*data, 16, seed, 0, histories, found)
    else:
        run_plain(*data, kind == "all", seed, 0, histories, found)
    return found[:, : int(space.frame[2, 11])].reshape(batches, -1, 3) / histories


def water_scene(radius_mm: float = 10.0) -> Scene:
    """30 keV, sphere in water."""
    return make_scene(water_box(25, 1), water_box(40, 5), line_spectrum(30.0), (read_material("water"),),
                      sphere_radius_mm=radius_mm, sphere_material=read_material("polyetherimide"))


def scores(kind: str, seed: int = 1) -> np.ndarray:
    return run(water_scene(), kind, seed, BATCHES, HISTORIES if kind != "split" else HISTORIES // 8)


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="needs two cores to compare")
@pytest.mark.parametrize("kind", ["scatter", "split"])
def test_same_bits_on_one_thread_and_on_two(kind):
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        one = scores(kind)
        numba.set_num_threads(2)
        two = scores(kind)
    finally:
        numba.set_num_threads(before)
    assert one.any()
    assert np.array_equal(one, two)


def test_seed_matters():
    assert not np.array_equal(scores("scatter", 1), scores("scatter", 2))


@pytest.mark.parametrize("kind", ["scatter", "split"])
def test_primary_plus_scatter_is_the_plain_track_length_engine(kind):
    """Same physics, two ways; means over shells agree within 4 standard errors of the difference."""
    scene = water_scene()
    radius = np.linalg.norm(voxel_centres_mm(scene.fine), axis=1)
    primary = primary_responses(scene, voxel_centres_mm(scene.fine))[:, 0]
    plain, scattered = scores("all", 3)[..., 0], scores(kind, 4)[..., 0]
    for low in (12.0, 15.0, 20.0):
        shell = (radius >= low) & (radius < low + 2.0)
        full = plain[:, shell].mean(axis=1)
        hybrid = primary[shell].mean() + scattered[:, shell].mean(axis=1)
        error = np.sqrt(full.var(ddof=1) / BATCHES + hybrid.var(ddof=1) / BATCHES)
        assert full.mean() == pytest.approx(hybrid.mean(), abs=4 * error + 2e-3 * hybrid.mean())
        assert error < 0.02 * hybrid.mean()  # so that the test can fail


def slab_box() -> VoxelBox:
    """Water with bone at x 12 to 15 mm and lung from there to 22 mm, 50 mm wide; materials 0, 1, 2."""
    box = water_box(25, 1)
    x = voxel_centres_mm(box)[:, 0]
    material, density = box.material.copy(), box.density.copy()
    for number, (low, high, value) in enumerate(((12.0, 15.0, 1.92), (15.0, 22.0, 0.26)), start=1):
        where = (x > low) & (x < high)
        material[where], density[where] = number, value
    return box._replace(material=material, density=density)


@pytest.mark.parametrize("kind", ["scatter", "split"])
def test_hybrid_is_the_plain_engine_with_bone_and_lung(kind):
    """Same physics, two ways, D_m,m in each medium behind the other: 4 standard errors of the difference + 0.2 %."""
    materials = tuple(read_material(name) for name in ("water", "cortical_bone", "lung"))
    box = slab_box()
    scene = make_scene(box, box, line_spectrum(30.0), materials, sphere_radius_mm=8.0,
                       sphere_material=read_material("polyetherimide"))
    centres = voxel_centres_mm(box)
    mix = scene.mix[box.material]
    primary = (mix * primary_responses(scene, centres)).sum(1)

    def medium(kind: str, seed: int) -> np.ndarray:
        histories = 8 * HISTORIES if kind != "split" else HISTORIES
        return np.asarray((run(scene, kind, seed, BATCHES, histories) * mix.astype(np.float32)).sum(-1))

    plain, scattered = medium("all", 3), medium(kind, 4)
    near = np.abs(centres[:, 1:]).max(axis=1) < 12.0
    for low, high in ((9.0, 12.0), (12.0, 15.0), (15.0, 22.0), (22.0, 25.0)):
        part = near & (centres[:, 0] > low) & (centres[:, 0] < high)
        full = plain[:, part].mean(axis=1)
        hybrid = primary[part].mean() + scattered[:, part].mean(axis=1)
        error = np.sqrt(full.var(ddof=1) / BATCHES + hybrid.var(ddof=1) / BATCHES)
        assert full.mean() == pytest.approx(hybrid.mean(), abs=4 * error + 2e-3 * hybrid.mean())
        assert error < 0.02 * hybrid.mean()


@pytest.mark.parametrize(("energy_keV", "half_mm"), [(10.0, 60), (20.0, 160)])
def test_energy_is_neither_made_nor_lost(energy_keV, half_mm):
    """A cube of water so large that next to nothing leaves it takes up all that is emitted: 4 standard errors.

    e^-32 and e^-13 of the photons of 10 and 20 keV reach its sides (NIST SRD 126: 5.33 and 0.810 per cm).
    """
    box = water_box(half_mm, half_mm // 20)
    scene = make_scene(box, box, line_spectrum(energy_keV), (read_material("water"),))
    fine = run(scene, "all", 1, 16, 30_000)
    deposited_keV = fine[..., 0].sum(axis=1, dtype=float) * 1e-3 / GRAY_PER_keV_PER_g  # Gy mm3 x g/mm3
    share = deposited_keV / energy_keV
    sigma = share.std(ddof=1) / np.sqrt(len(share))
    assert sigma < 2e-3
    assert share.mean() == pytest.approx(1.0, abs=4 * sigma)


def test_nothing_is_scored_inside_the_sphere():
    scene_box = water_box(25, 1)
    inside = np.linalg.norm(voxel_centres_mm(scene_box), axis=1) < 10.0 - np.sqrt(3) / 2
    assert inside.any()
    assert not scores("all")[:, inside].any()


@pytest.mark.parametrize("kind", ["all", "split"])
def test_cells_hold_the_sums_of_their_voxels(kind):
    """The same photons scored in 2 mm cells and in 1 mm voxels; cells of one density are crossed in one step."""
    scene = water_scene()
    fine, cells = (run(scene, kind, 5, 2, 300, fold)[..., 0] for fold in (1, 2))
    summed = fine.reshape(2, 25, 2, 25, 2, 25, 2).sum(axis=(2, 4, 6)).reshape(2, -1)
    assert cells == pytest.approx(summed, rel=1e-3, abs=1e-6 * float(summed.max()))
