"""Curves of follow-up as a figure: what is drawn lies where the estimates are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from openiort.core.errors import InputError
from openiort.evidence.analyse import Analysis, analyse
from openiort.evidence.survival_table import survival_table
from openiort.report.figure_file import check_figure_file, write_figure
from openiort.report.survival_figure import FREE, RISK, survival_figure, usual_kind
from tests.evidence.r_output import table


def rare() -> Analysis:
    """Two arms, few events, no competing ones: about 1 %."""
    times = np.arange(1, 401) / 50
    return analyse(survival_table(times, times % 2 == 1, np.arange(400) % 4 // 2))


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts] + [t.get_text() for t in figure.texts]


def axes_of(figure: Figure) -> Axes:
    axes, = figure.axes
    return axes


def test_curve_is_the_estimate_in_percent() -> None:
    analysis = analyse(table("gbsg"))
    lines = {str(line.get_label()): line for line in axes_of(survival_figure(analysis)).get_lines()}
    for group in analysis.groups:
        times, heights = (np.asarray(values, float) for values in lines[group.name].get_data())
        assert lines[group.name].get_drawstyle() == "steps-post"
        assert (times[0], heights[0]) == (0, 100)
        for years in (0.3, 1.0, 3.0, 5.5):
            drawn = heights[np.searchsorted(times, years, "right") - 1]
            assert drawn == pytest.approx(100 * group.curve.at(years).probability)


def test_numbers_below_stand_under_their_ticks() -> None:
    axes = axes_of(survival_figure(analyse(table("gbsg"))))
    below = {(note.xy[0], note.get_text()) for note in axes.texts}  # type: ignore[attr-defined]
    # at risk and events so far by R: 440 women, 379 at risk at one year
    assert {(0.0, "440 (0)"), (1.0, "379 (44)"), (1.0, "223 (12)")} <= below
    assert [tick for tick in axes.get_xticks() if tick <= axes.get_xlim()[1]] == list(range(8))


def test_numbers_below_do_not_overlap() -> None:
    rows = np.arange(240_000)
    for follow_up in (survival_table(1 + rows % 40 / 4, rows // 40 % 3, rows % 2), table("gbsg")):
        figure = survival_figure(analyse(follow_up))
        notes = [note.get_window_extent() for note in axes_of(figure).texts if "(" in note.get_text()][1:]
        assert len(notes) > 4
        assert not [1 for place, one in enumerate(notes) for other in notes[:place] if one.overlaps(other)]
        assert all(one.x0 >= 0 and one.x1 <= figure.bbox.x1 for one in notes)


def test_axis_from_0_and_its_end_is_told() -> None:
    assert axes_of(survival_figure(analyse(table("gbsg")))).get_ylim() == (0, 100)
    figure = survival_figure(rare())
    low, high = axes_of(figure).get_ylim()
    assert low == 0
    assert high < 100
    assert any(f"ends at {high:g} %, not at 100 %" in text for text in texts(figure))


def test_risk_is_drawn_where_deaths_compete_or_events_are_rare() -> None:
    assert usual_kind(analyse(table("made"))) == RISK
    assert usual_kind(rare()) == RISK
    assert usual_kind(analyse(table("gbsg"))) == FREE
    assert "Aalen-Johansen" in axes_of(survival_figure(analyse(table("made")))).get_ylabel()
    assert "1 - Kaplan-Meier" in axes_of(survival_figure(rare())).get_ylabel()


def test_events_below_are_those_of_the_curve() -> None:
    analysis = analyse(table("made"))
    told = {kind: next(text for text in texts(survival_figure(analysis, kind)) if "at risk" in text)
            for kind in (FREE, RISK)}
    assert told == {FREE: "at risk (events and competing events so far)", RISK: "at risk (events so far)"}


@pytest.mark.parametrize("codes", [[0, 0, 0], [1, 1, 1], [2, 2, 0], [1, 0, 2]])
def test_small_tables_are_drawn(codes: list[int]) -> None:
    for kind in (FREE, RISK):
        survival_figure(analyse(survival_table([0.0, 1.0, 2.0], codes)), kind)
    survival_figure(analyse(survival_table([0.0], [0])))


def test_names_from_outside_are_no_mathematics() -> None:
    figure = survival_figure(analyse(survival_table([1.0, 2, 3, 4], [1, 0, 1, 0], ["$\\frac{$", "b"] * 2)))
    assert figure.axes[0].get_legend() is not None


def test_too_many_groups() -> None:
    with pytest.raises(InputError, match="cannot be told apart"):
        survival_figure(analyse(survival_table(np.arange(9.0), np.ones(9), np.arange(9))))


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_files_are_the_same_on_every_run(suffix: str, start: bytes, tmp_path: Path) -> None:
    contents = []
    for name in ("a", "b"):
        write_figure(survival_figure(analyse(table("made"))), tmp_path / (name + suffix), option="--plot")
        contents.append((tmp_path / (name + suffix)).read_bytes())
    assert contents[0] == contents[1]
    assert contents[0].startswith(start)


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.jpg"):
        check_figure_file(tmp_path / "a.jpg", option="--plot")


def test_without_events_the_axis_does_not_pretend_to_know() -> None:
    """0 of 10: the exact upper limit is 31 %, so an axis to 0.5 % would say too much."""
    figure = survival_figure(analyse(survival_table(np.arange(1.0, 11), [0] * 10)))
    assert axes_of(figure).get_ylim() == (0, 5)
    assert any("A group without events has no band" in text for text in texts(figure))


def test_every_group_is_in_the_legend() -> None:  # matplotlib leaves out names that begin with an underscore
    figure = survival_figure(analyse(survival_table([1.0, 2, 3, 4], [1, 0, 1, 0], ["_a", "_a", "b", "b"])))
    legend = axes_of(figure).get_legend()
    assert legend is not None
    assert [text.get_text().strip() for text in legend.get_texts()] == ["_a", "b"]
