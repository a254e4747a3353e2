"""What may be asked of a run."""

from __future__ import annotations

import pytest

from openiort.core.errors import InputError
from openiort.plan.run_limits import check_run


@pytest.mark.parametrize("percent", (0.0, 0.049, 20.1, -1.0, float("nan"), float("inf")))
def test_uncertainties_that_cannot_be(percent: float) -> None:
    with pytest.raises(InputError, match="cannot be aimed at") as error:
        check_run(percent, 1)
    assert error.value.where and error.value.allowed and error.value.fix


@pytest.mark.parametrize("seed", (-1, 2**63))
def test_seeds_that_cannot_be(seed: int) -> None:
    with pytest.raises(InputError, match=f"seed {seed}"):
        check_run(3.0, seed)


def test_ends_of_the_ranges() -> None:
    check_run(0.05, 0)
    check_run(20.0, 2**63 - 1)
