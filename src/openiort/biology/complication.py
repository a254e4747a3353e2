"""NTCP of both treatments by the same model: physical dose in, the model's own fractions in between.

Source and range: lyman_kutcher_burman.py, niemierko_ntcp.py, equieffective.py. Of one dose at 50 kV every one of these
probabilities is an extrapolation: the models were fitted to fractions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values
from openiort.biology.endpoint import Endpoint
from openiort.biology.equieffective import fractionated_eqdx_Gy, single_dose_eqdx_Gy
from openiort.biology.lyman_kutcher_burman import LKBModel, lkb_ntcp
from openiort.biology.niemierko_ntcp import NiemierkoModel, niemierko_ntcp

NTCPModel = LKBModel | NiemierkoModel


def single_dose_ntcp(dose_Gy: Values, volume_cc: Values, endpoint: Endpoint, ntcp_model: NTCPModel, *,
                     delivery_time_s: float | None, model: str = "LQ") -> NDArray[np.float64]:
    """NTCP after one dose of 50 kV x-rays.

    Args:
        dose_Gy: (n,) physical dose of the structure, or (n, 1) where numbers are samples.
        volume_cc: (n,).
        endpoint: whose RBEmax and repair count; alpha/beta is the NTCP model's.
        ntcp_model: of the complication.
        delivery_time_s: None leaves repair during delivery out.
        model: `LQ` or `LQ-L`.

    Raises:
        InputError: an empty structure; a number outside its range.
    """
    own = single_dose_eqdx_Gy(dose_Gy, endpoint, ntcp_model.alpha_beta_Gy, ntcp_model.reference_fraction_Gy,
                              delivery_time_s=delivery_time_s, model=model)
    return _ntcp(own, volume_cc, ntcp_model)


def fractionated_ntcp(total_dose_Gy: Values, fractions: int, volume_cc: Values,
                      ntcp_model: NTCPModel) -> NDArray[np.float64]:
    """NTCP after equal fractions of megavoltage photons; arguments and errors as of `single_dose_ntcp`."""
    own = fractionated_eqdx_Gy(total_dose_Gy, fractions, ntcp_model.alpha_beta_Gy, ntcp_model.reference_fraction_Gy)
    return _ntcp(own, volume_cc, ntcp_model)


def _ntcp(own_Gy: NDArray[np.float64], volume_cc: Values, ntcp_model: NTCPModel) -> NDArray[np.float64]:
    if isinstance(ntcp_model, LKBModel):
        return lkb_ntcp(own_Gy, volume_cc, ntcp_model)
    return niemierko_ntcp(own_Gy, volume_cc, ntcp_model)
