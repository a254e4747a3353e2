"""`openiort evidence pool`: several studies together."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from openiort.app.evidence_options import ForceOption, PlotOption, check_plot
from openiort.app.shared_options import JsonOption, print_json
from openiort.core.errors import InputError


def pool_command(
    names: Annotated[
        list[str], typer.Argument(metavar="NAMES...", help="Trials, as NAME or NAME:OUTCOME; files of them; tables.")
    ],
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", metavar="rd|rr|or", help="Risk difference, risk ratio, odds ratio; rd and rr else."),
    ] = None,
    mix_techniques: Annotated[
        bool, typer.Option("--mix-techniques", help="Pool low-kV and electron trials together.")
    ] = False,
    plot: PlotOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Pool studies: Mantel-Haenszel, DerSimonian-Laird and Hartung-Knapp, heterogeneity and prediction interval."""
    from openiort.app.evidence_pool_screen import show_pooled
    from openiort.evidence.effect_sizes import MEASURES
    from openiort.evidence.pool import pool
    from openiort.evidence.read_studies import read_studies
    from openiort.evidence.study import check_together

    wanted = measure or ["rd", "rr"]
    for each in wanted:
        if each not in MEASURES:
            raise InputError(f"measure '{each[:40]}' is not known", where="--measure", allowed=", ".join(MEASURES),
                             fix="choose one of these")
    check_plot(plot, force)
    studies = read_studies(names)
    check_together(studies, mix_techniques=mix_techniques)
    results = [pool(studies, MEASURES[each]) for each in dict.fromkeys(wanted)]
    if plot is not None:
        from openiort.report.figure_file import write_figure
        from openiort.report.forest_figure import forest_figure

        write_figure(forest_figure(studies, results), plot, option="--plot", force=force)
    if as_json:
        print_json({"studies": [asdict(study) for study in studies], "results": [asdict(each) for each in results]})
    else:
        show_pooled(studies, results)
