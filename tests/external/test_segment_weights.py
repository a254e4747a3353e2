"""Weights of segments where the even dose is known in closed form."""

from __future__ import annotations

import numpy as np
from pytest import approx

from openiort.external.segment_weights import segment_weights


def test_a_wedge_levels_a_slope() -> None:
    # each segment reaches voxels of its own, and gives them 1, 1.1, 1.2 ... at weight 1: even where weights fall so
    gain = np.linspace(1.0, 1.5, 6)
    columns = np.kron(np.diag(gain), np.ones((20, 1)))
    weights = segment_weights(columns, [])
    assert weights * gain == approx(np.ones(6), rel=1e-6)
    held = segment_weights(columns, [(i, i + 1) for i in range(5)])
    assert (np.diff(held) < 0).all()
    assert np.ptp(columns @ held) < 0.5 * np.ptp(columns @ np.ones(6) / (columns @ np.ones(6)).mean())


def test_mean_is_one_and_no_weight_negative() -> None:
    columns = np.random.default_rng(5).random((200, 8)) ** 4
    weights = segment_weights(columns, [(0, 1)])
    assert (columns @ weights).mean() == approx(1.0)
    assert weights.min() >= 0.0


def test_what_only_overdoses_gets_nothing() -> None:
    # the second segment adds to one hot corner alone, where the first gives twice the dose already
    columns = np.ones((50, 2))
    columns[:, 1] = 0.0
    columns[:5] = (2.0, 1.0)
    assert segment_weights(columns, [])[1] == approx(0.0, abs=1e-6)


def test_opposed_beams_weigh_alike() -> None:
    # exp(-x/200 mm) from one side and from the other over 150 mm: by symmetry both weigh the same
    x = np.linspace(0.0, 150.0, 61)
    weights = segment_weights(np.stack([np.exp(-x / 200), np.exp((x - 150) / 200)], 1), [])
    assert weights[0] == approx(weights[1], rel=1e-6)
