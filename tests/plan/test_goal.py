"""Goals as people write them."""

from __future__ import annotations

import pytest

from openiort.core.errors import InputError
from openiort.plan.goal import Goal, metric_parts, parse_goal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("skin D0.2cc < 12 Gy", Goal("skin", "D0.2cc", "<", 12.0, "Gy")),
        ("shell 0-10 mm V50 > 40 %", Goal("shell 0-10 mm", "V50%", ">", 40.0, "%")),
        ("lungs mean < 2 Gy", Goal("lungs", "mean", "<", 2.0, "Gy")),
        ("skin distance >= 10 mm", Goal("skin", "distance", ">=", 10.0, "mm")),
        ("PTV D95 >= 90 %", Goal("PTV", "D95%", ">=", 90.0, "%")),
        ("bone D2cc < 27 Gy D_w", Goal("bone", "D2cc", "<", 27.0, "Gy", "D_w")),
        ("left breast V10Gy<5cc", Goal("left breast", "V10Gy", "<", 5.0, "cc")),
        ("heart MAX \N{LESS-THAN OR EQUAL TO} 1.50 gy d_M,m", Goal("heart", "max", "<=", 1.5, "Gy")),
        ("D2cc ring D 2 CC < 3 GY", Goal("D2cc ring", "D2cc", "<", 3.0, "Gy")),
    ],
)
def test_grammar(text: str, expected: Goal) -> None:
    assert parse_goal(text) == expected
    assert parse_goal(parse_goal(text).text) == expected  # what it writes, it reads


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a goal"),
        ("skin", "is not a goal"),
        ("skin D0.2cc 12 Gy", "is not a goal"),
        ("D0.2cc < 12 Gy", "is not a goal"),
        ("skin D0.2cc < twelve Gy", "is not a goal"),
        ("skin D0.2cc < 12", "is not a goal"),
        ("skin D0.2cc < 1.5e Gy", "is not a goal"),
        ("skin D0.2cc < 12 cGy", "is not a goal"),
        ("skin D0.2cc < -1 Gy", "is not a goal"),
        ("skin D0.2cc = 12 Gy", "is not a goal"),
        ("skin V50 > 40 Gy", "V50% is not in Gy"),
        ("skin mean < 2 mm", "mean is not in mm"),
        ("skin distance >= 10 Gy", "distance is not in Gy"),
        ("skin D5Gy < 10 Gy", "metric 'D5Gy' does not exist"),
        ("skin V2cc < 10 %", "metric 'V2cc' does not exist"),
        ("skin D101 < 10 Gy", "metric 'D101' does not exist"),
        ("skin D0cc < 10 Gy", "metric 'D0cc' does not exist"),
    ],
)
def test_what_is_no_goal(text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_goal(text, where="goals.txt, line 7")
    assert said in error.value.what
    assert error.value.where == "goals.txt, line 7" and error.value.allowed


def test_signs() -> None:
    below, least = parse_goal("x mean < 2 Gy"), parse_goal("x mean >= 2 Gy")
    assert [below.is_met_by(v) for v in (1.9, 2.0, 2.1)] == [True, False, False]
    assert [least.is_met_by(v) for v in (1.9, 2.0, 2.1)] == [False, True, True]
    assert parse_goal("x mean <= 2 Gy").is_met_by(2.0) and not parse_goal("x mean > 2 Gy").is_met_by(2.0)


def test_parts_of_metrics() -> None:
    assert metric_parts("D0.2cc") == ("D", 0.2, "cc")
    assert metric_parts("V90%") == ("V", 90.0, "%")
    assert metric_parts("mean")[0] == "mean"
