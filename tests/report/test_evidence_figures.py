"""Figures of trials: drawn for every trial, in every form, the same bytes each time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.evidence.effect_sizes import MEASURES
from openiort.evidence.margin_table import method_results
from openiort.evidence.pool import pool
from openiort.evidence.read_studies import read_studies
from openiort.evidence.read_trial import shipped_trial, trial_names
from openiort.evidence.verdict_map import verdict_map
from openiort.report.figure_file import WRITERS, write_figure
from openiort.report.figure_style import png
from openiort.report.forest_figure import forest_figure
from openiort.report.methods_figure import largest_margin, methods_figure
from openiort.report.outcomes_figure import outcomes_figure

STARTS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.mark.parametrize("name", trial_names())
def test_outcomes_have_one_row_each(name: str) -> None:
    trial = shipped_trial(name)
    shown = [label.get_text() for label in outcomes_figure(trial).axes[0].get_yticklabels()]
    assert len(shown) == sum(o.events is not None or o.rates is not None for o in trial.outcomes)


def test_methods_with_and_without_map() -> None:
    trial = shipped_trial("targit-a-2014")
    outcome = trial.outcomes[0]
    results = method_results(outcome, 0.025)
    assert outcome.counts is not None
    found = methods_figure("t", 0.025, results, verdict_map(outcome.counts, largest_margin(0.025)))
    limits, area = found.axes
    assert [label.get_text() for label in limits.get_yticklabels()] == [result.method for result in results]
    assert area.get_xlim() == (1.0, 4.0)
    assert len(methods_figure("t", 0.025, results[-1:], None).axes) == 1


def test_forest_has_a_block_a_measure() -> None:
    studies = read_studies(["targit-a-2020", "targit-a-2020:delayed"])
    empty = [replace(study, counts=replace(study.counts, events_new=0)) for study in studies]
    for these in (studies, empty):
        assert len(forest_figure(these, [pool(these, measure) for measure in MEASURES.values()]).axes) == 3


def test_figures_say_what_was_recalled() -> None:
    """TARGIT-A 2010: women, rates and limits were recalled; TARGIT-A 2020, IORT with the lumpectomy: nothing."""
    for name, recalled in (("targit-a-2010", True), ("targit-a-2020", False)):
        outcome = shipped_trial(name).outcomes[0]
        results = method_results(outcome, 0.025)
        methods = methods_figure("t", 0.025, results, None, recalled=outcome.recalled)
        forest = forest_figure((studies := read_studies([name, "eliot-2021"])), [pool(studies, MEASURES["rr"])])
        for words in ([text.get_text() for text in methods.texts], [text.get_text() for text in forest.axes[0].texts]):
            assert any("to be confirmed" in text for text in words) == recalled


@pytest.mark.parametrize("suffix", WRITERS)
def test_files_are_the_same_each_time(suffix: str, tmp_path: Path) -> None:
    trial = shipped_trial("targit-a-2014")
    files = [tmp_path / f"{number}{suffix}" for number in (1, 2)]
    for file in files:
        write_figure(outcomes_figure(trial), file, option="--plot")
    first, second = (file.read_bytes() for file in files)
    assert first.startswith(STARTS[suffix])
    assert first == second


@pytest.mark.parametrize("name", ["figure.gif", "figure", "nowhere/figure.png"])
def test_wrong_files_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"figure|folder"):
        write_figure(outcomes_figure(shipped_trial("low-kv-78")), tmp_path / name, option="--plot")
    assert not list(tmp_path.iterdir())


def test_text_from_outside_is_only_text() -> None:
    trial = replace(shipped_trial("low-kv-78"), title="$\\frac{$", name="$x$")
    assert png(outcomes_figure(trial))
