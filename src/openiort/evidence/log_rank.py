"""Whether groups differ over the whole follow-up: the log-rank test.

At each time with events, those of a group are compared with what its share of the patients at risk lets expect; the
variance is hypergeometric, so ties need no order.
Source: N. Mantel, Cancer Chemother. Rep. 50, 163 (1966); R. Peto, J. Peto, J. R. Stat. Soc. A 135, 185 (1972),
doi:10.2307/2344317.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from openiort.core.errors import InputError
from openiort.evidence.event_counts import at_risk_of, count_by_group
from openiort.evidence.survival_table import EVENT, SurvivalTable


@dataclass(frozen=True, slots=True)
class LogRank:
    """Result of the test.

    Attributes:
        group_names: the groups.
        observed: events in each group, shape (groups,).
        expected: events expected in each if all groups had the same hazard, shape (groups,).
        chi_squared: the statistic.
        degrees_of_freedom: groups with expected events, less one.
        p_value: two-sided.
    """

    group_names: tuple[str, ...]
    observed: NDArray[np.int64]
    expected: NDArray[np.float64]
    chi_squared: float
    degrees_of_freedom: int
    p_value: float


def log_rank(table: SurvivalTable, *, event: int = EVENT) -> LogRank:
    """Log-rank test between all groups of the table; other codes than `event` are censored.

    Raises:
        InputError: fewer than two groups, an unknown code, or nothing to compare: no event while two groups are at
            risk.
    """
    if len(table.group_names) < 2:
        raise InputError("a comparison needs two groups", where="group", allowed="at least two groups",
                         fix="give the column that tells the groups apart")
    table.check_event(event)
    groups = count_by_group(table)
    times_years = np.unique(table.time_years[table.code == event])
    at_risk = at_risk_of(groups, times_years).astype(np.float64)
    observed = np.array([counts.events[event].sum() for counts in groups], np.int64)
    happened = np.diff(np.searchsorted(np.sort(table.time_years[table.code == event]), times_years, "right"), prepend=0)
    total = at_risk.sum(axis=0)
    expected = (at_risk * (happened / total)).sum(axis=1)
    spread = np.where(total > 1, happened * (total - happened) / np.maximum(total - 1, 1), 0.0)
    share = at_risk / total
    covariance = np.diag((share * spread).sum(axis=1)) - (share * spread) @ share.T
    compared = np.flatnonzero(np.diag(covariance) > 0)
    if compared.size < 2:
        raise InputError("the groups cannot be compared: no event while two of them were at risk", where="table",
                         allowed="at least one such event", fix="follow longer, or compare other groups")
    kept = compared[1:]
    excess = (observed - expected)[kept]
    chi_squared = float(excess @ np.linalg.solve(covariance[np.ix_(kept, kept)], excess))
    degrees = int(compared.size - 1)
    return LogRank(table.group_names, observed, expected, chi_squared, degrees, float(chi2.sf(chi_squared, degrees)))
