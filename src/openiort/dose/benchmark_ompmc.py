"""The program ompmc on a benchmark case, where the user has installed it: the nearest that it can be asked for.

Its sources are beams and phase spaces, so the point source is a phase space file (IAEA format, Nucl. Data Sect. report
INDC(NDS)-0484) of photons that all start at the centre. It has no polyetherimide: polyimide at its density stands for
it. Photons below 10 keV deposit on the spot, and Compton electrons are taken to be free.
"""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.units import keV_PER_MeV, mm_PER_cm
from openiort.dose.benchmark_case import CASES
from openiort.dose.benchmark_programs import ProgramResult
from openiort.dose.cut_voxels import voxel_centres_mm
from openiort.dose.scene import Scene, Spectrum

NOT_FOUND = "ompmc: not installed, so not compared (pip install ompmc; GPL, never a part of this program)"
HISTORIES, FEW, BATCHES = 4_000_000, 1000, 10
MEDIA = {"water": "H2O521ICRU", "cortical bone": "ICRPBONE521ICRU", "lung": "LUNG521ICRU"}
PLASTIC = "KAPTON521ICRU"
PEGS_FILE = ("pegs4", "521icru.pegs4dat")
ELECTRON_CUT_MeV, PHOTON_CUT_MeV = 0.7, 0.01
PHOTON = 1
RECORD = np.dtype([("kind", "i1"), ("energy_MeV", "<f4"), ("u", "<f4"), ("v", "<f4")])
# x, y, z, u, v, w, weight, extra floats, extra integers: which of them a record holds
STORED, CONSTANTS = (0, 0, 0, 1, 1, 1, 0, 0, 0), (0.0, 0.0, 0.0, 1.0)


def has_ompmc() -> bool:
    """Whether the user has installed it."""
    return find_spec("ompmc") is not None


def run_ompmc(case: str, count: int, *, threads: int | None, seed: int, histories: int = HISTORIES) -> ProgramResult:
    """Run it in a process of its own: it keeps its state in globals, and talks a lot.

    Args:
        case: name of a scene.
        count: voxels a side.
        threads: to use; None for all.
        seed: of the photons.
        histories: source photons.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_run, case, count, threads, seed, histories).result()


def _run(case: str, count: int, threads: int | None, seed: int, histories: int) -> ProgramResult:
    if threads is not None:
        os.environ["OMP_NUM_THREADS"] = str(threads)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    import ompmc

    scene = CASES[case].scene(count)
    geometry, physics = _geometry(ompmc, scene, count), _physics(ompmc, seed)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "point"
        write_point_source(source, scene.spectrum, histories, np.random.default_rng(seed))

        def timed(number: int) -> tuple[float, NDArray[np.float64]]:
            started = time.process_time()
            dose, _, _ = ompmc.calc_forward_phsp(geometry, ompmc.PhaseSpaceSource(source), physics,
                                                 n_histories=number, n_batches=BATCHES)
            return time.process_time() - started, dose

        start_up_s, _ = timed(FEW)
        cpu_s, dose = timed(histories)
    return ProgramResult("ompmc", f"{ompmc.__version__}, collision scoring", "XCOM, free-electron Compton", case,
                         max(cpu_s - start_up_s, 1e-3), histories, np.ascontiguousarray(dose.T))


def _geometry(ompmc: Any, scene: Scene, count: int) -> Any:
    """The scene, the sphere in whole voxels; arrays are x, y, z with x fastest."""
    box = scene.fine
    edges = (float(box.low_mm[0]) + box.step_mm * np.arange(count + 1)) / mm_PER_cm
    media = [MEDIA[material.name] for material in scene.materials[:-1]]
    in_sphere = np.linalg.norm(voxel_centres_mm(box), axis=1) < scene.sphere.radius_mm
    material = np.where(in_sphere, len(media), box.material).astype(np.int32) + 1
    density = np.where(in_sphere, scene.sphere.density, box.density).astype(float)
    cubes = [values.reshape((count,) * 3, order="F") for values in (density, material)]
    return ompmc.Geometry(edges, edges, edges, [*media, PLASTIC], *cubes)


def _physics(ompmc: Any, seed: int) -> Any:
    return ompmc.Physics(pegs_file=ompmc.data_path().joinpath(*PEGS_FILE), global_ecut=ELECTRON_CUT_MeV,
                         global_pcut=PHOTON_CUT_MeV, n_split=1, seeds=(97, 33 + seed % 1_000_000))


def write_point_source(base: Path, spectrum: Spectrum, count: int, generator: np.random.Generator) -> None:
    """Write `base`.IAEAphsp and .IAEAheader: photons from the origin to all sides."""
    cosine, azimuth = generator.uniform(-1.0, 1.0, count), generator.uniform(0.0, 2.0 * np.pi, count)
    sine = np.sqrt(1.0 - cosine**2)
    records = np.zeros(count, RECORD)
    records["kind"] = np.where(cosine < 0.0, -PHOTON, PHOTON)  # the sign is that of w
    records["energy_MeV"] = -_energies_keV(spectrum, count, generator) / keV_PER_MeV  # below 0: a new history
    records["u"], records["v"] = sine * np.cos(azimuth), sine * np.sin(azimuth)
    base.with_suffix(".IAEAphsp").write_bytes(records.tobytes())
    head = {"IAEA_INDEX": 0, "TITLE": "point source", "FILE_TYPE": 0, "CHECKSUM": records.nbytes,
            "RECORD_CONTENTS": "\n".join(map(str, STORED)), "RECORD_CONSTANT": "\n".join(map(str, CONSTANTS)),
            "RECORD_LENGTH": records.itemsize, "BYTE_ORDER": 1234, "ORIG_HISTORIES": count, "PARTICLES": count,
            "PHOTONS": count}  # fmt: skip
    text = "".join(f"${name}:\n{value}\n\n" for name, value in head.items())
    base.with_suffix(".IAEAheader").write_text(text, encoding="ascii")


def _energies_keV(spectrum: Spectrum, count: int, generator: np.random.Generator) -> NDArray[np.float64]:
    chosen = np.searchsorted(spectrum.cumulative[1:-1], generator.uniform(size=count), side="right")
    return np.asarray(spectrum.low_keV[chosen] + spectrum.width_keV[chosen] * generator.uniform(size=count))
