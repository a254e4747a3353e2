"""The CUDA kernels follow the same histories as the processor: in Numba's simulator always, on a GPU where one is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import cuda

from openiort.core.errors import InputError
from openiort.dose import processors
from openiort.dose.benchmark_case import benchmark_scene
from openiort.dose.photon_dose import photon_dose
from openiort.dose.processors import CPU, CUDA
from tests.dose.cuda_histories import PLAIN, SPLIT, histories, mixed_scene

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def on_processor() -> dict[str, np.ndarray]:
    return histories(CPU)


def assert_same_histories(found: dict[str, np.ndarray], expected: dict[str, np.ndarray]) -> None:
    """The same formula in the same order, compiled twice: 1e-12 of what a history scores in all."""
    assert set(found) == set(expected)
    for kind, values in expected.items():
        scored = values.sum(1)
        assert found[kind].shape == values.shape
        assert np.count_nonzero(scored) > 0.3 * len(values)  # so that there is something to compare
        assert (np.abs(found[kind] - values).sum(1) <= 1e-12 * scored).all()


def test_simulator_follows_the_same_histories(on_processor, tmp_path):
    where = os.environ | {"NUMBA_ENABLE_CUDASIM": "1", "NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore"}
    result = subprocess.run([sys.executable, "-m", "tests.dose.cuda_histories", str(tmp_path / "histories.npz")],
                            cwd=PROJECT, env=where, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stderr
    with np.load(tmp_path / "histories.npz") as found:
        assert len(found["everything"]) == PLAIN and len(found["split"]) == SPLIT
        assert_same_histories(dict(found), on_processor)


needs_gpu = pytest.mark.skipif(not cuda.is_available(), reason="needs a GPU that CUDA can use")


@needs_gpu
def test_gpu_follows_the_same_histories(on_processor):
    """Sine and logarithm of a GPU may differ in the last bit."""
    for kind, values in histories(CUDA).items():
        expected = on_processor[kind]
        assert np.abs(values - expected).sum(1) == pytest.approx(0.0 * expected.sum(1), abs=1e-9 * expected.sum())


@needs_gpu
@pytest.mark.parametrize("mode", ["accurate", "reference"])
def test_gpu_gives_the_dose_of_the_processor(mode):
    """4 standard uncertainties of the difference of the mean D_w 0-1, 1-2, ... mm deep, from other photons."""
    scene = mixed_scene()
    cpu, gpu = (photon_dose(scene, uncertainty_percent=2.0, seed=seed, mode=mode, processor=where)
                for seed, where in ((1, CPU), (2, CUDA)))
    depth = (np.linalg.norm(cpu.fine.part.centre_mm, axis=1) - scene.sphere.radius_mm).astype(int)
    for layer in range(4):
        here = (depth == layer) & (cpu.fine.part.share > 0.5)
        ratio = gpu.fine.water_Gy[here].sum() / cpu.fine.water_Gy[here].sum()
        percent = np.hypot(cpu.depth_uncertainty_percent[layer], gpu.depth_uncertainty_percent[layer])
        assert 0.0 < percent < 1.0
        assert 100.0 * (ratio - 1.0) == pytest.approx(0.0, abs=4.0 * percent)


def test_unknown_processor():
    with pytest.raises(InputError, match="unknown") as error:
        photon_dose(mixed_scene(), uncertainty_percent=5.0, seed=1, processor="abacus")
    assert error.value.allowed == "cpu, cuda"


@pytest.mark.skipif(cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_says_so_before_it_starts():
    with pytest.raises(InputError, match="no GPU") as error:
        photon_dose(benchmark_scene(None, 256), uncertainty_percent=5.0, seed=1, processor=CUDA)
    assert "cuda" in error.value.fix


@pytest.mark.parametrize("mode", ["preview", "analogue"])
def test_modes_that_stay_on_the_processor(mode, monkeypatch):
    monkeypatch.setattr(processors, "_has_gpu", lambda: True)
    with pytest.raises(InputError, match="does not run on a GPU"):
        photon_dose(mixed_scene(), uncertainty_percent=5.0, seed=1, mode=mode, processor=CUDA)
