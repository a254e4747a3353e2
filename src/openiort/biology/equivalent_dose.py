"""EQD2 of both treatments: one dose of 50 kV x-rays, and fractions of megavoltage photons.

Both are functions of the physical dose at a place alone, so they act on voxels and on the dose axis of a DVH; both rise
with it, so a DVH keeps its order and its volumes. Formulas: linear_quadratic.py, linear_quadratic_linear.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values
from openiort.biology.endpoint import Endpoint
from openiort.biology.linear_quadratic import REFERENCE_FRACTION_Gy, bed_Gy, dose_of_bed_Gy
from openiort.biology.linear_quadratic_linear import dose_of_lql_bed_Gy, lql_bed_Gy
from openiort.core.errors import InputError

MODELS = ("LQ", "LQ-L")


def single_dose_bed_Gy(dose_Gy: Values, endpoint: Endpoint, *, delivery_time_s: float | None,
                       model: str = "LQ") -> NDArray[np.float64]:
    """BED of one dose of 50 kV x-rays.

    Args:
        dose_Gy: physical dose, any shape.
        endpoint: alpha/beta, RBEmax, repair.
        delivery_time_s: how long it takes; None leaves repair during delivery out.
        model: `LQ` or `LQ-L`.

    Raises:
        InputError: a number outside its range; a delivery time of 0; an unknown model.
    """
    return _bed_Gy(dose_Gy, 1, endpoint, endpoint.repair_factor(delivery_time_s), model)


def fractionated_bed_Gy(total_dose_Gy: Values, fractions: int, endpoint: Endpoint, *,
                        model: str = "LQ") -> NDArray[np.float64]:
    """BED of equal fractions of megavoltage photons, a minute each and repaired in between: RBE 1, G 1.

    Args:
        total_dose_Gy: physical dose of all fractions at each place, any shape; a place gets its n-th part a fraction.
        fractions: their number.
        endpoint: alpha/beta; its RBE and repair do not count here.
        model: `LQ` or `LQ-L`.

    Raises:
        InputError: a number outside its range; an unknown model.
    """
    return _bed_Gy(total_dose_Gy, fractions, replace(endpoint, rbe_max=1.0), np.asarray(1.0), model)


def single_dose_eqd2_Gy(dose_Gy: Values, endpoint: Endpoint, *, delivery_time_s: float | None,
                        model: str = "LQ") -> NDArray[np.float64]:
    """EQD2 of one dose of 50 kV x-rays; arguments and errors as of `single_dose_bed_Gy`."""
    return eqd2_of_bed_Gy(single_dose_bed_Gy(dose_Gy, endpoint, delivery_time_s=delivery_time_s, model=model),
                          endpoint, model=model)


def fractionated_eqd2_Gy(total_dose_Gy: Values, fractions: int, endpoint: Endpoint, *,
                         model: str = "LQ") -> NDArray[np.float64]:
    """EQD2 of equal fractions of megavoltage photons; arguments and errors as of `fractionated_bed_Gy`."""
    return eqd2_of_bed_Gy(fractionated_bed_Gy(total_dose_Gy, fractions, endpoint, model=model), endpoint, model=model)


def eqd2_of_bed_Gy(biologically_effective_Gy: Values, endpoint: Endpoint, *, model: str = "LQ") -> NDArray[np.float64]:
    """EQD2 that has this BED: times 2 Gy over the BED of a reference fraction of 2 Gy."""
    reference = fractionated_bed_Gy(REFERENCE_FRACTION_Gy, 1, endpoint, model=model)
    return np.asarray(np.asarray(biologically_effective_Gy) * REFERENCE_FRACTION_Gy / reference)


def single_dose_of_bed_Gy(biologically_effective_Gy: Values, endpoint: Endpoint, *, delivery_time_s: float | None,
                          model: str = "LQ") -> NDArray[np.float64]:
    """One dose of 50 kV x-rays that has this BED: the inverse of `single_dose_bed_Gy`, with its errors."""
    repair, rbe_max = endpoint.repair_factor(delivery_time_s), endpoint.rbe_max
    if _known(model) == "LQ":
        return dose_of_bed_Gy(biologically_effective_Gy, 1, endpoint.alpha_beta_Gy, repair_factor=repair,
                              rbe_max=rbe_max)
    return dose_of_lql_bed_Gy(biologically_effective_Gy, endpoint.alpha_beta_Gy, endpoint.transition_dose_Gy,
                              repair_factor=repair, rbe_max=rbe_max)


def _bed_Gy(dose_Gy: Values, fractions: int, endpoint: Endpoint, repair: NDArray[np.float64],
            model: str) -> NDArray[np.float64]:
    if _known(model) == "LQ":
        return bed_Gy(dose_Gy, fractions, endpoint.alpha_beta_Gy, repair_factor=repair, rbe_max=endpoint.rbe_max)
    return lql_bed_Gy(dose_Gy, fractions, endpoint.alpha_beta_Gy, endpoint.transition_dose_Gy, repair_factor=repair,
                      rbe_max=endpoint.rbe_max)


def _known(model: str) -> str:
    if model not in MODELS:
        raise InputError(f"no model '{model[:40]}'", where="model", allowed=", ".join(MODELS), fix="choose one")
    return model
