"""Correction of an open chamber for the density of its air."""

from __future__ import annotations

import pytest

from openiort.core.errors import InputError
from openiort.device.chamber_correction import k_TP

REFERENCE = {"reference_temperature_C": 20.0, "reference_pressure_kPa": 101.325}


def test_reference_air_needs_no_correction() -> None:
    assert k_TP(20.0, 101.325, **REFERENCE) == 1.0


@pytest.mark.parametrize(
    ("temperature_C", "pressure_kPa", "factor"),
    (
        (22.0, 101.325, 295.15 / 293.15),  # ideal gas: density falls as 1/T
        (20.0, 100.0, 1.01325),  # and as P
        (22.0, 100.0, 295.15 / 293.15 * 1.01325),
    ),
)
def test_closed_form(temperature_C: float, pressure_kPa: float, factor: float) -> None:
    assert k_TP(temperature_C, pressure_kPa, **REFERENCE) == pytest.approx(factor, rel=1e-12)


def test_other_reference_temperature() -> None:
    # 22 C and 101.325 kPa, the reference of American calibrations
    assert k_TP(22.0, 101.325, reference_temperature_C=22.0, reference_pressure_kPa=101.325) == 1.0


@pytest.mark.parametrize(("temperature_C", "pressure_kPa"), ((295.0, 101.3), (22.0, 1013.0), (22.0, 760.0),
                                                            (float("nan"), 101.3)))  # fmt: skip
def test_kelvin_hectopascal_and_mmHg_are_refused(temperature_C: float, pressure_kPa: float) -> None:
    with pytest.raises(InputError, match="no treatment room"):
        k_TP(temperature_C, pressure_kPa, **REFERENCE)
