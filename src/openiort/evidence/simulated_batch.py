"""Many simulated trials, one after another: what each would report."""

from __future__ import annotations

from openiort.core.compiled import njit
from openiort.evidence.simulated_arm import arm_results, workspace
from openiort.evidence.simulated_patient import trial_stream


@njit(nogil=True)
def simulate_batch(law, women_new, women_control, seed, first_trial, events, risks, errors):
    """Fill results of trials from number `first_trial` on; columns are new and control arm.

    Args:
        law: a `TrialLaw`.
        women_new, women_control: sizes of the arms.
        seed: of the run.
        first_trial: number of the first trial.
        events: recurrences, shape (trials, 2).
        risks: Kaplan-Meier risk and cumulative incidence, shape (trials, 2, 2); NaN where nobody is followed so long.
        errors: their standard errors, likewise.
    """
    space = workspace(max(women_new, women_control))
    for row in range(events.shape[0]):
        state = trial_stream(seed, first_trial + row)
        for arm in range(2):
            women = women_control if arm else women_new
            first = women_new if arm else 0
            found = arm_results(law, state, first, women, arm == 0, space)
            events[row, arm] = found[0]
            risks[row, 0, arm], errors[row, 0, arm] = found[1], found[2]
            risks[row, 1, arm], errors[row, 1, arm] = found[3], found[4]
