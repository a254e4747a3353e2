"""The adapter to ompmc: the source it is given, and the run itself where it is installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openiort.dose.benchmark_case import LINE_WATER, SLABS
from openiort.dose.benchmark_ompmc import RECORD, has_ompmc, run_ompmc, write_point_source
from openiort.dose.scene import make_spectrum


def test_photons_of_the_source(tmp_path: Path):
    """Closed form: shares 3/4 and 1/4 of bins with middles 20.5 and 40.5 keV; directions with mean 0; 5 errors."""
    count = 40_000
    spectrum = make_spectrum(np.array([20.0, 40.0]), np.array([21.0, 41.0]), np.array([3.0, 1.0]))
    write_point_source(tmp_path / "point", spectrum, count, np.random.default_rng(1))
    records = np.frombuffer((tmp_path / "point.IAEAphsp").read_bytes(), RECORD)
    energy_keV = -1000.0 * records["energy_MeV"]
    assert len(records) == count and set(np.abs(records["kind"])) == {1}
    assert (energy_keV < 30.0).mean() == pytest.approx(0.75, abs=5 * np.sqrt(0.75 * 0.25 / count))
    assert energy_keV[energy_keV < 30.0].mean() == pytest.approx(20.5, abs=5 * np.sqrt(1 / 12 / count))
    u, v = records["u"].astype(float), records["v"].astype(float)
    for values in (u, v, np.sign(records["kind"])):
        assert values.mean() == pytest.approx(0.0, abs=5 / np.sqrt(count))
    assert (u**2).mean() == pytest.approx(1 / 3, abs=0.01) and (u**2 + v**2).max() <= 1.0 + 1e-6
    head = (tmp_path / "point.IAEAheader").read_text()
    assert f"$PARTICLES:\n{count}\n" in head and f"$CHECKSUM:\n{count * 13}\n" in head


@pytest.mark.skipif(not has_ompmc(), reason="ompmc is not installed")
@pytest.mark.parametrize("case", (SLABS.name, LINE_WATER.name))
def test_it_runs(case: str):
    result = run_ompmc(case, 64, threads=1, seed=1, histories=20_000)
    assert result.scored.shape == (64, 64, 64) and result.scored.max() > 0.0 and result.cpu_s > 0.0
    if case == SLABS.name:  # bone takes up several times more than water as far away
        assert result.scored[:, :, 62].sum() > 2.0 * result.scored[:, :, 1].sum()
