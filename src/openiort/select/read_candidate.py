"""Reader of a candidate's TOML file; what is wrong is told with its line."""

from __future__ import annotations

from pathlib import Path

from openiort.core.toml_file import line_of, parsed, read_text
from openiort.select.candidate import Candidate
from openiort.select.candidate_fault import CandidateError, Fault


def read_candidate(file: str | Path) -> Candidate:
    """A candidate from a file: `id`, `[before_surgery]`, `[pathology]`.

    Raises:
        InputError: it cannot be read, or is no candidate; the message has line and key of every fault.
    """
    return parse_candidate(read_text(file, "candidate"), str(file))


def parse_candidate(text: str, name: str) -> Candidate:
    """A candidate from the text of its file.

    Args:
        text: of the file.
        name: of the file, for messages.

    Raises:
        InputError: it is no candidate; the message has line and key of every fault.
    """
    def place(fault: Fault) -> str:
        line = line_of(text, fault.table or fault.key, 1, fault.key)
        return f"{name}, line {line}, [{fault.table}] {fault.key}" if fault.table else f"{name}, line {line}"

    content = parsed(text, name)
    try:
        return Candidate.model_validate(content)
    except CandidateError as error:
        raise CandidateError(error.faults, place) from None
