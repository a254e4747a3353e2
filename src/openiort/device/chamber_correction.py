"""What an open ionisation chamber reads, brought to the air of its calibration."""

from __future__ import annotations

from openiort.core.errors import InputError

ZERO_CELSIUS_K = 273.15
TEMPERATURES_C = (10.0, 40.0)
PRESSURES_kPa = (70.0, 110.0)


def k_TP(temperature_C: float, pressure_kPa: float, *, reference_temperature_C: float,
         reference_pressure_kPa: float) -> float:
    """Factor for the density of air in an open chamber: (273.15 + T) / (273.15 + T0) x P0 / P.

    Args:
        temperature_C: of the air in the chamber, 10-40.
        pressure_kPa: of that air, 70-110.
        reference_temperature_C: at which the chamber's calibration holds.
        reference_pressure_kPa: likewise.

    Raises:
        InputError: a value that no treatment room has.

    Source: the density of an ideal gas; the humidity of the air is left out.
    """
    for name, value, (low, high), unit in (
        ("temperature", temperature_C, TEMPERATURES_C, "C"),
        ("pressure", pressure_kPa, PRESSURES_kPa, "kPa"),
        ("reference temperature", reference_temperature_C, TEMPERATURES_C, "C"),
        ("reference pressure", reference_pressure_kPa, PRESSURES_kPa, "kPa"),
    ):
        if not low <= value <= high:
            raise InputError(f"{name} {value:g} {unit} is that of no treatment room", where=f"chamber's {name}",
                             allowed=f"{low:g} to {high:g} {unit}",
                             fix="give temperature in degrees Celsius and pressure in kPa (1013 hPa = 101.3 kPa)")
    temperature_ratio = (ZERO_CELSIUS_K + temperature_C) / (ZERO_CELSIUS_K + reference_temperature_C)
    return temperature_ratio * reference_pressure_kPa / pressure_kPa
