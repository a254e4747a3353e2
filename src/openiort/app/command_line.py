"""The `openiort` command: its subcommands, and how it ends.

Exit codes: 0 done, warnings included; 1 the second check says stop, or an internal failure; 2 bad input,
bad rows of a table included; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated

import typer

from openiort.app.bench_command import bench_commands
from openiort.app.compare_command import compare_command
from openiort.app.demo_command import demo_command
from openiort.app.device_command import device_commands
from openiort.app.diff_command import diff_command
from openiort.app.ebrt_command import ebrt_commands
from openiort.app.evidence_command import evidence_commands
from openiort.app.inspect_command import inspect_command
from openiort.app.plan_command import plan_command
from openiort.app.replay_command import replay_command
from openiort.app.select_command import select_commands
from openiort.core.errors import InputError
from openiort.version import __version__

INTERNAL_FAILURE, BAD_INPUT, INTERRUPTED = 1, 2, 130
DEBUG_VARIABLE = "OPENIORT_DEBUG"

app = typer.Typer(name="openiort", add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.command("demo")(demo_command)
app.command("inspect")(inspect_command)
app.command("plan")(plan_command)
app.command("compare")(compare_command)
app.command("diff")(diff_command)
app.command("replay")(replay_command)
app.add_typer(select_commands, name="select")
app.add_typer(device_commands, name="device")
app.add_typer(ebrt_commands, name="ebrt")
app.add_typer(evidence_commands, name="evidence")
app.add_typer(bench_commands, name="bench")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"openiort {__version__}")
        raise typer.Exit


@app.callback()
def _openiort(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")] = False,
) -> None:
    """Low-kV intraoperative radiotherapy of early breast cancer: who may have it, and its plan by Monte Carlo.

    Not a medical device.
    """
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; arguments are the process's own by default."""
    try:
        app(arguments)
    except SystemExit as end:  # every ordinary end, usage errors included
        code = int(end.code or 0)
        return _say("interrupted; nothing half-written is left", code) if code == INTERRUPTED else code
    except KeyboardInterrupt:
        return _say("interrupted; nothing half-written is left", INTERRUPTED)
    except InputError as error:
        return _say(f"error: {error.text()}", BAD_INPUT)
    except Exception as error:
        hint = f"show where with `openiort --debug ...` or {DEBUG_VARIABLE}=1"
        return _say(f"internal failure: {type(error).__name__}: {error} ({hint})", INTERNAL_FAILURE)
    return 0


def _say(message: str, code: int) -> int:
    if os.environ.get(DEBUG_VARIABLE) == "1" and sys.exc_info()[1] is not None and code != INTERRUPTED:
        traceback.print_exc()
    print(_printable(message), file=sys.stderr)
    return code


def _printable(message: str) -> str:
    """The message without what would steer the terminal: it may quote files and names from outside."""
    return "".join(character if character == "\n" or character.isprintable() else
                   " " if character.isspace() else "\N{WHITE SQUARE}" for character in message)
