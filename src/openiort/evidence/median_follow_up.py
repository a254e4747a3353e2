"""How long patients were followed: the Kaplan-Meier estimate of the time to the end of follow-up ("reverse").

Censoring is the event here, and whoever had an event, of whatever kind, is censored: her follow-up would have gone on.
Source: M. Schemper, T. L. Smith, Control. Clin. Trials 17, 343 (1996), doi:10.1016/0197-2456(96)00075-X.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openiort.evidence.event_counts import count_events
from openiort.evidence.kaplan_meier import KaplanMeier, product_limit
from openiort.evidence.survival_limits import survival_limits
from openiort.evidence.survival_table import SurvivalTable


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Length of follow-up; NaN where the curve does not come down to that share.

    Attributes:
        median_years: half of the patients would be followed longer.
        lower_years: lower limit of the median.
        upper_years: upper limit of the median.
        first_quartile_years: three quarters would be followed longer.
        third_quartile_years: one quarter would be followed longer.
        person_years: sum of all times.
    """

    median_years: float
    lower_years: float
    upper_years: float
    first_quartile_years: float
    third_quartile_years: float
    person_years: float


def median_follow_up(table: SurvivalTable, group: str | None = None, *, level: float = 0.95,
                     transform: str = "log") -> FollowUp:
    """Median and quartiles of the follow-up of a group, or of all rows.

    Raises:
        InputError: an unknown or empty group, transform or level.
    """
    counts = count_events(table, group)
    going_on, standard_error = product_limit(counts.at_risk, counts.censored)
    lower, upper = survival_limits(going_on, standard_error, level=level, transform=transform)
    curve = KaplanMeier(counts.time_years, counts.at_risk, counts.censored, counts.any_event(), going_on,
                        standard_error, lower, upper, level, transform)
    chosen = slice(None) if group is None else table.rows_of(group)
    return FollowUp(*curve.median_years(), curve.quantile_years(0.25)[0], curve.quantile_years(0.75)[0],
                    float(np.sum(table.time_years[chosen])))
