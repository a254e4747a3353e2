"""`openiort evidence randomise`: make a list, reveal one allocation at a time, check list and log."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from openiort.app.shared_options import JsonOption, print_json
from openiort.core.errors import InputError

randomise_commands = typer.Typer(help="Allocate patients at random: lists of permuted blocks, by strata.",
                                 no_args_is_help=True)
ListArgument = Annotated[Path, typer.Argument(metavar="LIST", help="The list, a CSV file.")]


@randomise_commands.command("create")
def create_command(
    list_file: ListArgument,
    each: Annotated[int, typer.Option("--each", help="Allocations in every stratum.")],
    arms: Annotated[list[str], typer.Option("--arm", help="Name of an arm; once for each.")],
    ratio: Annotated[str | None, typer.Option("--ratio", help="Such as 2:1, in the order of the arms; even if left "
                                                              "out.")] = None,
    factors: Annotated[list[str] | None, typer.Option("--factor", metavar="NAME=LEVEL,LEVEL",
                                                      help="A factor of stratification; once for each.")] = None,
    block_sizes: Annotated[list[int] | None, typer.Option("--block-size", help="A size that blocks may have; once for "
                                                          "each. Two and three times the ratio's sum if left out."
                                                          )] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Same seed, same list; drawn by the system if left out."
                                             )] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a list and its empty log. Both are new files."""
    from openiort.evidence.randomisation import RandomisationScheme
    from openiort.evidence.randomisation_list import log_place, write_list

    parts = _ratio(ratio) if ratio else (1,) * len(arms)
    sizes = tuple(block_sizes) if block_sizes else (2 * sum(parts), 3 * sum(parts))
    scheme = RandomisationScheme(tuple(arms), parts, tuple(_factor(text) for text in factors or ()), sizes, each,
                                 secrets.randbits(63) if seed is None else seed)
    digest, count = write_list(scheme, list_file)
    log = log_place(list_file)
    if as_json:
        print_json({"list": str(list_file), "log": str(log), "sha256": digest, "strata": list(scheme.strata),
                    "allocations": count})
    else:
        typer.echo(f"{count:,} allocations in {len(scheme.strata):,} strata: {list_file}, its log {log}\n"
                   f"SHA-256 {digest}\nWho holds the list, or its seed, knows what comes next: give neither to "
                   "anybody who enrols patients.")


@randomise_commands.command("next")
def next_command(
    list_file: ListArgument,
    patient: Annotated[str, typer.Option("--patient", help="Her pseudonym, never her name.")],
    stratum: Annotated[str, typer.Option("--stratum", metavar="LEVEL/LEVEL", help="Levels in the order of the factors."
                                         )] = "all",
    as_json: JsonOption = False,
) -> None:
    """Reveal one patient's allocation and log it; it cannot be taken back."""
    from openiort.evidence.allocation_log import reveal_next

    found = reveal_next(list_file, stratum, patient)
    if as_json:
        print_json(asdict(found))
    else:
        typer.echo(f"{found.patient}: {found.arm}  (number {found.number} of {found.stratum}, {found.time_utc}; "
                   f"{found.remaining} left)")


@randomise_commands.command("check")
def check_command(list_file: ListArgument, as_json: JsonOption = False) -> None:
    """Say whether list and log are as they were written, and how many are used; nothing is revealed."""
    from openiort.evidence.allocation_log import check_log

    found = check_log(list_file)
    if as_json:
        strata = {name: {"used": used, "of": of} for name, (used, of) in found.items()}
        print_json({"unchanged": True, "strata": strata})
    else:
        typer.echo("list and log are as they were written")
        for name, (used, of) in found.items():
            typer.echo(f"  {name}: {used} of {of} used")


def _ratio(text: str) -> tuple[int, ...]:
    parts = text.split(":")
    if not all(part.isdecimal() for part in parts):
        raise InputError(f"'{text[:40]}' is no ratio", where="--ratio", fix="one number for each arm",
                         allowed="whole numbers with colons, such as 2:1")
    return tuple(int(part) for part in parts)


def _factor(text: str) -> tuple[str, tuple[str, ...]]:
    name, equals, levels = text.partition("=")
    if not equals:
        raise InputError(f"'{text[:60]}' is no factor", where="--factor", allowed="NAME=LEVEL,LEVEL",
                         fix="for instance timing=prepathology,postpathology")
    return name.strip(), tuple(level.strip() for level in levels.split(","))
