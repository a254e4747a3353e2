"""Arguments and options that several commands of `openiort evidence` have, and what they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiort.core.errors import InputError

if TYPE_CHECKING:
    from openiort.evidence.trial import Outcome, Trial

TrialArgument = Annotated[str, typer.Argument(metavar="NAME", help="A trial of the program's, or a TOML file.")]
OutcomeOption = Annotated[
    str | None, typer.Option("--outcome", metavar="NAME", help="Of the trial; the first one if left out.")
]
PlotOption = Annotated[
    Path | None, typer.Option("--plot", metavar="FILE", help="Draw it: a new .png, .svg or .pdf.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file of --plot if it exists.")]


def chosen_outcome(trial: Trial, name: str | None, where: str = "--outcome") -> Outcome:
    """The outcome of a name, or the first one.

    Raises:
        InputError: there is none.
    """
    names = [each.name for each in trial.outcomes]
    if not names:
        raise InputError(f"{trial.name} has no outcome", where="NAME", allowed="a trial with outcomes", fix="add one")
    if name is not None and name not in names:
        raise InputError(f"no outcome '{name[:60]}' in {trial.name}", where=where, allowed=", ".join(names),
                         fix="choose one of these")
    return trial.outcomes[names.index(name) if name else 0]


def check_plot(plot: Path | None, force: bool) -> None:
    """Refuse a figure's file that cannot be written, before anything is calculated.

    Raises:
        InputError: as said.
    """
    if plot is not None:
        from openiort.report.figure_file import check_figure_file

        check_figure_file(plot, option="--plot", force=force)
