"""The `openiort` command: its subcommands, and what its exit codes mean.

0 done, warnings included; 1 the second check says stop, or an internal failure; 2 bad input; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback

import typer

from openiort.app.demo_command import demo
from openiort.app.device_command import device
from openiort.app.inspect_command import inspect
from openiort.app.plan_command import plan
from openiort.core.errors import InputError
from openiort.version import __version__

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
                  help="Plan low-kV intraoperative radiotherapy of the breast. Not a medical device.")
app.command()(demo)
app.command()(inspect)
app.command()(plan)
app.add_typer(device, name="device")


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Plan low-kV intraoperative radiotherapy of the breast. Not a medical device."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        app()
    except InputError as error:
        print(f"\nError: {error.text()}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("\nInterrupted; nothing was written.", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        if os.environ.get("OPENIORT_DEBUG") == "1":
            traceback.print_exc()
        print(f"\nInternal failure: {type(error).__name__}: {error}\n  fix:     OPENIORT_DEBUG=1 shows where",
              file=sys.stderr)
        sys.exit(1)
