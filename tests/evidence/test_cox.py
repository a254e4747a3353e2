"""Cox regression against R 4.2.2, survival 3.5-3 (validation/survival/reference.R), and where it has no estimate."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from openiort.core.column import ColumnWriter
from openiort.core.errors import InputError
from openiort.evidence.cox import CoxModel, cox_model
from openiort.evidence.cox_terms import cox_terms
from openiort.evidence.read_survival import SurvivalColumns, read_survival
from openiort.evidence.survival_table import SurvivalTable, survival_table
from tests.evidence.r_output import rows, table, values

COVARIATES = ("age", "size", "grade", "nodes", "pgr", "er")
QUANTITIES = {"coef": "coefficient", "se(coef)": "standard_error", "Pr(>|z|)": "p_value", "lower .95": "lower",
              "upper .95": "upper"}
CLOSE = 1e-7


def column(cells: list[object]):  # type: ignore[no-untyped-def]
    writer = ColumnWriter()
    writer.add(cells)
    return writer.column()


def fitted(data: str, name: str, ties: str) -> CoxModel:
    follow_up = table(data)
    covariates = {title: column([row[title] for row in rows("gbsg.csv")]) for title in COVARIATES}
    terms = cox_terms(follow_up, covariates if name == "all" else {}, factors=("grade",) if name == "all" else ())
    return cox_model(follow_up, terms, ties=ties)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize(("data", "name"), [("gbsg", "alone"), ("gbsg", "all"), ("made", "alone")])
def test_against_r(data: str, name: str, ties: str) -> None:
    found = fitted(data, name, ties)
    for quantity, attribute in QUANTITIES.items():
        expected = [value for _, _, value in values(data, f"Cox {name} {ties} {quantity}")]
        assert [getattr(term, attribute) for term in found.terms] == pytest.approx(expected, rel=CLOSE)
    (_, _, statistic), = values(data, f"Cox {name} {ties} likelihood ratio")
    assert found.chi_squared == pytest.approx(statistic, rel=CLOSE)
    assert found.degrees_of_freedom == len(found.terms)


def test_against_the_first_reference() -> None:  # gbsg_R.txt: R's coxph of 686 women, alone and with six covariates
    alone = fitted("gbsg", "alone", "efron").terms[0]
    assert (alone.hazard_ratio, alone.lower, alone.upper, alone.p_value) == pytest.approx(
        (0.694884327, 0.543844055, 0.887872587, 0.00360226633), rel=1e-6)
    adjusted = {term.name: term for term in fitted("gbsg", "all", "efron").terms}
    assert list(adjusted) == ["group 1 v 0", "age", "size", "grade 2 v 1", "grade 3 v 1", "nodes", "pgr", "er"]
    assert adjusted["grade 3 v 1"].hazard_ratio == pytest.approx(2.202549096, rel=1e-6)
    assert adjusted["pgr"].coefficient == pytest.approx(-0.002287857933, rel=1e-6)


def test_without_ties_both_ways_agree() -> None:
    follow_up = survival_table([1.0, 2, 3, 4, 5, 6, 7, 8], [1, 1, 0, 1, 1, 0, 1, 1], list("abababab"))
    efron, breslow = (cox_model(follow_up, cox_terms(follow_up, {}), ties=ties) for ties in ("efron", "breslow"))
    assert efron.terms[0].coefficient == pytest.approx(breslow.terms[0].coefficient, rel=1e-9)


def test_the_control_is_the_reference() -> None:
    follow_up = table("gbsg")
    one, other = (cox_model(follow_up, cox_terms(follow_up, {}, control=name)).terms[0] for name in "01")
    assert other.name == "group 0 v 1"
    assert other.hazard_ratio == pytest.approx(1 / one.hazard_ratio, rel=1e-9)


def test_rows_without_a_covariate_are_left_out(tmp_path: Path) -> None:
    lines = ["time,event,age,side", *(f"{n + 1},{n % 3 != 0:d},{40 + n * 7 % 30},{'lr'[n % 2]}" for n in range(30))]
    lines += ["3,1,,l", "4,0,50,"]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    read = read_survival(tmp_path / "a.csv", SurvivalColumns(covariates=("age", "side")))
    found = cox_model(read.table, cox_terms(read.table, read.covariates))
    assert (found.rows, found.left_out) == (30, 2)
    assert [term.name for term in found.terms] == ["age", "side r v l"]
    assert found.has_few_events == (found.events < 20)


SEPARATED = survival_table([1.0, 2, 3, 4, 5, 6], [1, 1, 1, 0, 1, 0], list("aaabbb"))
NONE_IN_B = survival_table([1.0, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], list("aaabbb"))
TWO = survival_table([1.0, 2, 3, 4, 5, 6], [1, 1, 0, 1, 0, 1], list("ababab"))


@pytest.mark.parametrize(("follow_up", "cells", "said"), [
    (NONE_IN_B, None, "no event in group b"),
    (SEPARATED, None, "no finite hazard ratio for group b v a"),
    (survival_table([1.0, 2], [0, 0], ["a", "b"]), None, "no event"),
    (TWO, [1, 1, 1, 1, 1, 1], "same in all rows"),
    (TWO, [0, 1, 0, 1, 0, 1], "follows from the others"),
])
def test_no_finite_estimate(follow_up: SurvivalTable, cells: list[object] | None, said: str) -> None:
    terms = cox_terms(follow_up, {} if cells is None else {"x": column(cells)})
    with pytest.raises(InputError, match=said):
        cox_model(follow_up, terms)


@pytest.mark.parametrize(("cells", "factors", "said"), [
    ([1, 2, 3, 4, "unknown", 5], (), "numbers and 'unknown'"),
    (["x"] * 6, (), "1 different values"),
    ([1, 2, 3, 4, 5, 6], ("y",), "'y' is no covariate"),
])
def test_covariates_that_cannot_be_used(cells: list[object], factors: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        cox_terms(TWO, {"x": column(cells)}, factors=factors)


def test_nothing_to_compare() -> None:
    with pytest.raises(InputError, match="nothing to compare"):
        cox_terms(survival_table([1.0, 2], [1, 0]), {})


def test_missing_statsmodels_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels.duration.hazard_regression", None)
    with pytest.raises(InputError) as caught:
        cox_model(TWO, cox_terms(TWO, {}))
    assert "openiort[statistics]" in caught.value.fix
