"""Random stream: known outputs, uniformity, streams that do not repeat one another."""

from __future__ import annotations

import numpy as np
import pytest
from numba import uint64

from openiort.core.random_stream import GOLDEN_GAMMA, mix, stream, uniform


def test_splitmix64_known_outputs():
    """First outputs of SplitMix64 seeded with 1234567: the test vector of the Rosetta Code task of that name."""
    state, found = 1234567, []
    for _ in range(3):
        state = (state + GOLDEN_GAMMA) % 2**64
        found.append(int(mix(uint64(state))))
    assert found == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_uniform_moments():  # closed form: mean 1/2, variance 1/12; 5 standard errors
    state, drawn = np.uint64(stream(1, 2)), []
    for _ in range(50_000):
        u, state = uniform(state)
        state = np.uint64(state)
        drawn.append(u)
    assert 0 < min(drawn) < max(drawn) < 1
    assert np.mean(drawn) == pytest.approx(0.5, abs=5 * np.sqrt(1 / 12 / 50_000))
    assert np.var(drawn) == pytest.approx(1 / 12, abs=5 * np.sqrt(1 / 180 / 50_000))


def test_streams_of_neighbouring_histories_are_unrelated():
    firsts = np.array([uniform(np.uint64(stream(1, n)))[0] for n in range(20_000)])
    assert abs(np.corrcoef(firsts[:-1], firsts[1:])[0, 1]) < 5 / np.sqrt(20_000)
    assert len(set(firsts)) == 20_000
