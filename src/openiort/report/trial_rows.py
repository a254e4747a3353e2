"""What trials found for both arms, as rows of text: numbers that were recalled stand as "to be confirmed" only."""

from __future__ import annotations

from openiort.evidence.read_trial import shipped_trial
from openiort.evidence.trial import Outcome, Trial
from openiort.plan.compared_side import TO_BE_CONFIRMED
from openiort.report.wording import DASH

# report and outcome, in the order of the page: local recurrence of both techniques, what else is public of both arms
SHOWN = (("targit-a-2020", "prepathology"), ("targit-a-2020", "whole-follow-up"), ("targit-a-2020", "delayed"),
         ("targit-a-2014", "mortality"), ("targit-a-2014", "skin-3-4"), ("eliot-2021", "local-recurrence"))
FOUND = ("F", "C")


def trial_rows() -> list[dict[str, str]]:
    """Trial, technique, outcome and what both arms had; a number read in no source is not shown."""
    return [_row(shipped_trial(report), name) for report, name in SHOWN]


def _row(trial: Trial, name: str) -> dict[str, str]:
    outcome = next(one for one in trial.outcomes if one.name == name)
    cells = [_arm(outcome, arm) for arm in (0, 1)]
    return {"trial": f"{trial.title.partition(',')[0]} {trial.published}", "technique": trial.technique,
            "outcome": outcome.text, "iort": cells[0], "ebrt": cells[1], "citation": trial.citation}


def _arm(outcome: Outcome, arm: int) -> str:
    parts = []
    counted = outcome.events is not None and outcome.totals is not None
    if counted and outcome.events_mark in FOUND and outcome.totals_mark in FOUND:
        assert outcome.events is not None and outcome.totals is not None  # counted
        events, total = outcome.events[arm], outcome.totals[arm]
        parts.append(f"{events} of {total} ({_percent(events / total)})")
    rate = outcome.rates[arm] if outcome.rates else None
    if rate is not None and outcome.rates_mark in FOUND:
        parts.append(f"Kaplan-Meier {_percent(rate)}")
    if parts:
        return ", ".join(parts)
    return TO_BE_CONFIRMED if counted or rate is not None else DASH


def _percent(share: float) -> str:
    return f"{100.0 * share:.2f} %" if share < 0.01 else f"{100.0 * share:.1f} %"
