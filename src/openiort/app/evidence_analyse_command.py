"""`openiort evidence analyse`: a table of follow-up into estimates, tests and a figure."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openiort.app.shared_options import JsonOption, print_json
from openiort.core.errors import InputError
from openiort.version import __version__

if TYPE_CHECKING:
    from openiort.evidence.analyse import Analysis
    from openiort.evidence.cox import CoxModel
    from openiort.evidence.read_survival import SurvivalFile

PLOT = "--plot"
WHOLE_CURVES = ("curve", "incidence")
GroupOption = Annotated[str | None, typer.Option("--group", metavar="COLUMN", help="Arm; `group` if there is such a "
                                                 "column, else all are one group.")]
CodesOption = Annotated[str | None, typer.Option("--codes", metavar="CODE=MEANING,..", help="What your codes mean: "
                                                 "censored, event or competing.")]
CutOffColumnOption = Annotated[str | None, typer.Option("--cut-off-column", metavar="COLUMN", help="The same, one a "
                                                        "row.")]
HorizonOption = Annotated[float | None, typer.Option("--horizon", metavar="YEARS", help="Of restricted means; the last "
                                                     "time that all groups reach if left out.")]
ControlOption = Annotated[str | None, typer.Option("--control", metavar="GROUP", help="Whom the others are compared "
                                                   "with; the first by name if left out.")]


def analyse_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or Parquet, one row a patient.")],
    time: Annotated[str, typer.Option("--time", metavar="COLUMN", help="From entry to the event or last contact.")
                    ] = "time",
    event: Annotated[str, typer.Option("--event", metavar="COLUMN", help="0 censored, 1 event, 2 competing event "
                                       "(death without it).")] = "event",
    group: GroupOption = None,
    unit: Annotated[str, typer.Option("--unit", help="Of the times: years, months or days.")] = "years",
    codes: CodesOption = None,
    cut_off: Annotated[float | None, typer.Option("--cut-off", help="Longest follow-up possible, in the unit.")] = None,
    cut_off_column: CutOffColumnOption = None,
    at: Annotated[list[float] | None, typer.Option("--at", metavar="YEARS", help="Time for estimates; may come more "
                                                   "than once.")] = None,
    horizon: HorizonOption = None,
    level: Annotated[float, typer.Option("--level", help="Of two-sided limits, a fraction.")] = 0.95,
    transform: Annotated[str, typer.Option("--transform", help="Limits of curves: log-log, log or plain.")] = "log-log",
    control: ControlOption = None,
    margin: Annotated[float | None, typer.Option("--margin", help="Largest acceptable excess of the risk, a fraction: "
                                                 "test of non-inferiority.")] = None,
    alpha: Annotated[float, typer.Option("--alpha", help="One-sided error of that test.")] = 0.05,
    cox: Annotated[bool, typer.Option("--cox", help="Hazard ratios of the groups (extra `statistics`).")] = False,
    covariates: Annotated[str | None, typer.Option("--covariates", metavar="COLUMN,..", help="Hazard ratios of these "
                                                   "too; implies --cox.")] = None,
    factors: Annotated[str | None, typer.Option("--factors", metavar="COLUMN,..", help="Covariates whose numbers are "
                                                "categories.")] = None,
    ties: Annotated[str, typer.Option("--ties", help="Events at one time in Cox regression: efron or breslow."
                                      )] = "efron",
    plot: Annotated[Path | None, typer.Option(PLOT, metavar="FILE", help="Draw the curves: .png, .svg, .pdf.")] = None,
    curve: Annotated[str | None, typer.Option("--curve", help="What to draw: free (of the event) or risk.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the figure if it exists.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Analyse follow-up: risks with limits, tests, restricted means, differences, hazard ratios, a figure."""
    from openiort.app.evidence_analyse_screen import show_analysis
    from openiort.evidence.analyse import analyse
    from openiort.evidence.read_survival import SurvivalColumns, read_codes, read_survival
    from openiort.report.file_hashes import path_sha256

    wanted = _names(covariates)
    regression = cox or bool(wanted)
    if factors and not wanted:
        raise InputError("--factors says which covariates are categories, and there are none", where="--factors",
                         allowed="some of the columns of --covariates", fix="name them in --covariates too")
    _check_options(plot, curve, regression, ties, force=force)
    columns = SurvivalColumns(time, event, group, unit, cut_off, cut_off_column, read_codes(codes) if codes else None,
                              wanted)
    read = read_survival(file, columns)
    input_sha256 = path_sha256(file)
    analysis = analyse(read.table, at_years=at or (), control=control, margin=margin, alpha=alpha, level=level,
                       transform=transform, horizon_years=horizon)
    model = _regression(read, analysis, _names(factors), ties) if regression else None
    if plot is not None:
        _draw(read, analysis, plot, curve, force=force)
    if as_json:
        print_json({"file": read.name, "input_sha256": input_sha256, "program_version": __version__, "unit": unit,
                    "rows": len(read.table), "figure": None if plot is None else str(plot),
                    **plain_values(analysis), "cox": plain_values(model)})
    else:
        show_analysis(read, analysis, model, plot)


def plain_values(value: Any) -> Any:
    """Estimates as JSON has them, unrounded; what is not a number becomes null; whole curves are left out."""
    if is_dataclass(value):
        return {each.name: plain_values(getattr(value, each.name)) for each in fields(value)
                if each.name not in WHOLE_CURVES}
    if isinstance(value, dict):
        return {key: plain_values(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain_values(each) for each in value]
    if hasattr(value, "tolist"):  # NumPy's arrays and numbers
        return plain_values(value.tolist())
    return None if isinstance(value, float) and not isfinite(value) else value


def _names(text: str | None) -> tuple[str, ...]:
    """Titles of columns, separated by commas."""
    return tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


def _check_options(plot: Path | None, curve: str | None, regression: bool, ties: str, *, force: bool) -> None:
    """Refuse what cannot be done before anything is read."""
    from openiort.evidence.cox import TIES, proportional_hazards_model
    from openiort.report.figure_file import check_figure_file
    from openiort.report.survival_figure import FREE, RISK

    if curve not in (None, FREE, RISK):
        raise InputError(f"no curve '{curve}'", where="--curve", allowed=f"{FREE}, {RISK}", fix="choose one of these")
    if ties not in TIES:
        raise InputError(f"ties '{ties}' are not known", where="--ties", allowed=", ".join(TIES),
                         fix="choose one of these")
    if plot is not None:
        check_figure_file(plot, option=PLOT, force=force)
    if regression:
        proportional_hazards_model()


def _regression(read: SurvivalFile, analysis: Analysis, factors: tuple[str, ...], ties: str) -> CoxModel | None:
    """Hazard ratios, or the reason why there are none among what was not done."""
    from openiort.evidence.cox import cox_model
    from openiort.evidence.cox_terms import cox_terms

    terms = cox_terms(read.table, read.covariates, control=analysis.control, factors=factors,
                      group_title=read.group_title or "group")
    try:
        return cox_model(read.table, terms, ties=ties, level=analysis.level)
    except InputError as error:
        analysis.not_done["Cox"] = error.what
        return None


def _draw(read: SurvivalFile, analysis: Analysis, plot: Path, curve: str | None, *, force: bool) -> None:
    from openiort.report.figure_file import write_figure
    from openiort.report.survival_figure import survival_figure

    write_figure(survival_figure(analysis, curve, read.group_title), plot, option=PLOT, force=force)
