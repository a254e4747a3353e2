"""Estimates against R 4.2.2 with survival 3.5-3: validation/survival/reference.R and its output r_survival.csv."""

from __future__ import annotations

import pytest

from openiort.evidence.aalen_johansen import aalen_johansen
from openiort.evidence.event_counts import numbers_at_risk
from openiort.evidence.kaplan_meier import kaplan_meier
from openiort.evidence.log_rank import log_rank
from openiort.evidence.restricted_mean import restricted_mean
from tests.evidence.r_output import table, values

DATA = ("gbsg", "made")
CLOSE = 1e-9


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("transform", ["log", "log-log", "plain"])
def test_kaplan_meier(data: str, transform: str) -> None:
    follow_up = table(data)
    for quantity, attribute in (("survival", "probability"), ("standard error", "standard_error"),
                                (f"lower {transform}", "lower"), (f"upper {transform}", "upper")):
        for group, years, value in values(data, quantity):
            found = kaplan_meier(follow_up, group, transform=transform).at(years)
            assert getattr(found, attribute) == pytest.approx(value, rel=CLOSE)


@pytest.mark.parametrize("data", DATA)
def test_numbers_at_risk(data: str) -> None:
    follow_up = table(data)
    for group, years, value in values(data, "at risk"):
        found = numbers_at_risk(follow_up, [years])[follow_up.group_names.index(group), 0]
        assert found == value


@pytest.mark.parametrize("data", DATA)
def test_restricted_mean(data: str) -> None:
    follow_up, per_year = table(data), 365.25 if data == "gbsg" else 1.0
    for quantity, attribute in (("restricted mean", "mean_years"),
                                ("restricted mean standard error", "standard_error_years")):
        for group, years, value in values(data, quantity):
            found = restricted_mean(kaplan_meier(follow_up, group), years)
            assert getattr(found, attribute) * per_year == pytest.approx(value, rel=CLOSE)


@pytest.mark.parametrize(("data", "quantity", "group"), [
    ("gbsg", "log-rank", "group"), ("made", "log-rank", "group"), ("gbsg", "log-rank by grade", "grade")])
def test_log_rank(data: str, quantity: str, group: str) -> None:
    [(_, _, value)] = values(data, quantity)
    found = log_rank(table(data, group))
    assert found.chi_squared == pytest.approx(value, rel=CLOSE)
    assert found.degrees_of_freedom == len(found.group_names) - 1


@pytest.mark.parametrize("event", [1, 2])
def test_aalen_johansen(event: int) -> None:
    follow_up = table("made")
    for quantity, attribute in ((f"incidence {event}", "probability"),
                                (f"incidence standard error {event}", "standard_error"),
                                (f"cmprsk incidence {event}", "probability")):
        for group, years, value in values("made", quantity):
            found = aalen_johansen(follow_up, group, event=event).at(years)
            assert getattr(found, attribute) == pytest.approx(value, rel=CLOSE)


# R 4.2.2, survival 3.5-3: print(survfit(Surv(rfstime, status) ~ hormon, data = gbsg)), times in days
@pytest.mark.parametrize(("group", "median", "lower", "upper"), [
    ("0", 1528, 1296, 1814), ("1", 2018, 1918, float("nan"))])
def test_median(group: str, median: float, lower: float, upper: float) -> None:
    found = [years * 365.25 for years in kaplan_meier(table("gbsg"), group).median_years()]
    assert found == pytest.approx([median, lower, upper], nan_ok=True)
