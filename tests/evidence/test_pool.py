"""Pooled effects against metafor (validation/pooling/), and what must not be pooled."""

from __future__ import annotations

import csv
from functools import cache
from math import exp
from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.evidence.effect_sizes import DIFFERENCE, MEASURES, effect_sizes
from openiort.evidence.pool import Pooled, pool
from openiort.evidence.study import Study, check_together
from openiort.evidence.two_arms import TwoArms

FOLDER = Path(__file__).resolve().parents[2] / "validation" / "pooling"
DATA = ("plain", "few", "zero", "alike")


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open() as opened:
        return list(csv.DictReader(line for line in opened if not line.startswith("#")))


def studies(data: str) -> list[Study]:
    return [Study(row["name"], row["name"], None, "low-kV",
                  TwoArms(*(int(row[key]) for key in ("events_new", "total_new", "events_control", "total_control"))))
            for row in rows("studies.csv") if row["data"] == data]


def metafor(data: str, measure: str) -> dict[str, float]:
    return {row["quantity"]: float(row["value"]) for row in rows("r_pooling.csv")
            if (row["data"], row["measure"]) == (data, measure.upper())}


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("data", DATA)
def test_effects_of_studies_are_those_of_metafor(data: str, measure: str) -> None:
    theirs = metafor(data, measure)
    effects, variances = effect_sizes([study.counts for study in studies(data)], MEASURES[measure])
    for study, effect, variance in zip(studies(data), effects, variances, strict=True):
        assert effect == pytest.approx(theirs[f"estimate {study.name}"], rel=1e-9, abs=1e-12)
        assert variance == pytest.approx(theirs[f"variance {study.name}"], rel=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("data", DATA)
def test_pooled_effects_are_those_of_metafor(data: str, measure: str) -> None:
    theirs, ours = metafor(data, measure), pool(studies(data), MEASURES[measure])

    def back(value: float) -> float:
        return value if measure == "rd" else exp(value)

    for name, found in (("Mantel-Haenszel", ours.mantel_haenszel), ("DerSimonian-Laird", ours.dersimonian_laird),
                        ("Hartung-Knapp", ours.hartung_knapp)):
        assert found is not None
        assert (found.estimate, found.lower, found.upper) == pytest.approx(
            tuple(back(theirs[f"{name} {key}"]) for key in ("beta", "ci.lb", "ci.ub")), rel=1e-8)
        assert found.p == pytest.approx(theirs[f"{name} pval"], rel=1e-7)
    assert (ours.q, ours.q_p, 100 * ours.i2, ours.tau2) == pytest.approx(
        tuple(theirs[key] for key in ("QE", "QEp", "I2", "tau2")), rel=1e-8, abs=1e-12)
    assert ours.prediction == pytest.approx(
        (back(theirs["prediction lower"]), back(theirs["prediction upper"])), rel=1e-8)


def test_few_studies_are_warned_of() -> None:
    assert pool(studies("few"), DIFFERENCE).few_studies
    assert not pool(studies("zero"), DIFFERENCE).few_studies
    two: Pooled = pool(studies("few")[:2], DIFFERENCE)
    assert two.prediction is None


@pytest.mark.parametrize("measure", MEASURES.values())
def test_no_event_in_any_new_arm_is_no_error(measure: str) -> None:
    """The ratio of Mantel-Haenszel does not exist then, the difference does: -(3 + 1) events weighted."""
    found = pool([Study("a", "a", None, "low-kV", TwoArms(0, 100, 3, 100)),
                  Study("b", "b", None, "low-kV", TwoArms(0, 100, 1, 100))], measure)
    if measure == DIFFERENCE:
        assert found.mantel_haenszel is not None
        assert found.mantel_haenszel.estimate == pytest.approx(-0.02)
    else:
        assert found.mantel_haenszel is None
        assert found.dersimonian_laird.estimate < 1


def test_weights_sum_to_one() -> None:
    for measure in MEASURES.values():
        found = pool(studies("plain"), measure)
        assert found.fixed_weights is not None
        assert sum(found.fixed_weights) == pytest.approx(1)
        assert sum(found.random_weights) == pytest.approx(1)


def study(name: str, trial: str, part: str | None = None, technique: str = "low-kV") -> Study:
    return Study(name, trial, part, technique, TwoArms(1, 10, 1, 10))


@pytest.mark.parametrize("together", [
    [study("2010", "TARGIT-A"), study("2014", "TARGIT-A")],
    [study("whole", "TARGIT-A"), study("early", "TARGIT-A", "prepathology")],
    [study("five years", "TARGIT-A", "prepathology"), study("ten years", "TARGIT-A", "prepathology")],
    [study("low-kV", "TARGIT-A"), study("electrons", "ELIOT", None, "electrons")],
    [study("alone", "TARGIT-A")],
])
def test_what_must_not_be_pooled_is_refused(together: list[Study]) -> None:
    with pytest.raises(InputError):
        check_together(together)


def test_parts_without_a_woman_in_common_may_be_pooled() -> None:
    check_together([study("early", "TARGIT-A", "prepathology"), study("late", "TARGIT-A", "postpathology"),
                    study("other", "own")])
    check_together([study("low-kV", "TARGIT-A"), study("electrons", "ELIOT", None, "electrons")], mix_techniques=True)
