"""What the documents say is true of the program: commands, options, folders, files, sources, version."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from pydicom.uid import UID, CTImageStorage, RTDoseStorage, RTStructureSetStorage

import openiort
from openiort.dicom.find_rt_files import KINDS
from openiort.dicom.read_file import MULTI_FRAME_CT
from openiort.report.output_folder import FILE_NAMES, FOLDER_NAMES
from openiort.report.plan_folder import NAMED_FILES
from openiort.version import __version__

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "openiort"
MAP = ROOT / "docs" / "map.md"
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
DOI = re.compile(r"10\.\d{4,9}/[^\s,;\"'`<>|\]})]+")
# a letter in brackets, so that these lines do not match themselves
REGISTRY = re.compile("pypi[.]org|python[h]osted|arti[f]actory|--index[-]url|--find[-]links|file:[/]//")
MACHINE_PATH = re.compile("/(wor[k]|far[m]|roo[t]|hom[e]|User[s]|op[t])/")


@cache
def project_files() -> tuple[Path, ...]:
    """Files of the project: what git tracks or would track; in a copy without git, all but built things."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        return tuple(ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())
    built = {".venv", ".git", "__pycache__", "demo-out", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
    return tuple(p for p in ROOT.rglob("*") if p.is_file() and not built & set(p.relative_to(ROOT).parts))


def text_files() -> Iterator[tuple[Path, str]]:
    for path in project_files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def dois(text: str) -> set[str]:
    return {found.rstrip(".:*").lower() for found in DOI.findall(text)}


# --- commands


def command_tree() -> Any:
    from openiort.app.command_line import app

    return typer.main.get_command(app)


def children(command: Any) -> dict[str, Any]:
    """Commands below a group by name; none below a command."""
    return getattr(command, "commands", {})


def written_commands(text: str) -> list[list[str]]:
    """Words after `openiort` of every command line in code, whether a block or inline."""
    joined = re.sub(r"\\\n\s*", " ", text)
    lines = [line.strip().removeprefix("$ ") for line in joined.splitlines()] + re.findall(r"`([^`\n]+)`", joined)
    found = (re.match(r"(?:\S*\.venv/bin/)?openiort(?: ([a-z-].*))?$", line) for line in lines)
    return [shlex.split(match[1] or "", comments=True) for match in found if match]


def command_fault(words: list[str], command: Any) -> str | None:
    """What a written command line names that the program has not."""
    here = command
    while words and children(here) and not words[0].startswith("-"):
        if words[0] not in children(here):
            return f"no command `{words[0]}`; there is {', '.join(children(here))}"
        here, words = children(here)[words[0]], words[1:]
    known = {option for parameter in here.params for option in parameter.opts + parameter.secondary_opts} | {"--help"}
    unknown = [word.split("=")[0] for word in words if word.startswith("--") and word.split("=")[0] not in known]
    return f"`{here.name}` has no option {unknown[0]}" if unknown else None


def command_names(command: Any, before: str = "") -> Iterator[str]:
    if not children(command):
        yield before.strip()
    for name, child in children(command).items():
        yield from command_names(child, f"{before} {name}")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_written_commands_exist(document: Path) -> None:
    tree = command_tree()
    faults = [command_fault(words, tree) for words in written_commands(document.read_text())]
    assert not [fault for fault in faults if fault]


def test_every_command_is_documented_and_has_help() -> None:
    text = "\n".join(document.read_text() for document in DOCUMENTS)
    written = {" ".join(words) for words in written_commands(text)}
    missing = [n for n in command_names(command_tree()) if not any(f"{w} ".startswith(f"{n} ") for w in written)]
    assert not missing, f"no document shows: {missing}"


def test_wrong_commands_are_seen() -> None:
    def plan(folder: str, dose: float = 20.0) -> None: ...

    app = typer.Typer()
    app.command()(plan)
    app.command("demo")(lambda: None)
    tree = typer.main.get_command(app)
    text = "Type `openiort plna x` or\n\n    openiort plan ct --dose 2 \\\n --dpeth 0\n\n    $ openiort plan --dose=2\n"
    faults = [command_fault(words, tree) for words in written_commands(text)]
    assert faults == [
        "`plan` has no option --dpeth",
        None,
        "no command `plna`; there is plan, demo",
    ]


# --- folders and files


def folders_in_map() -> set[str]:
    return set(re.findall(r"^\| `([\w./-]+)/` \|", MAP.read_text(), re.MULTILINE))


def real_folders() -> set[str]:
    """Top-level folders and those of the package that hold a file of the project."""
    paths = [path.relative_to(ROOT) for path in project_files()]
    top = {path.parts[0] for path in paths if len(path.parts) > 1}
    package = [path.parts for path in paths if path.parts[:2] == ("src", "openiort") and len(path.parts) > 3]
    inside = {"/".join(parts[:3]) for parts in package}
    return (top | inside) - {"src"}


def test_map_lists_every_folder() -> None:
    assert folders_in_map() == real_folders()


def test_files_named_in_map_exist() -> None:
    named = re.findall(r"`([\w-]+/[\w/-]+\.(?:py|toml|csv|md|typ))`", MAP.read_text())
    missing = [name for name in named if not (PACKAGE / name).exists() and not (ROOT / name).exists()]
    assert named
    assert not missing


def test_map_names_every_module() -> None:
    modules = [p.relative_to(PACKAGE).as_posix() for ending in ("*.py", "*.typ") for p in PACKAGE.rglob(ending)]
    named = [name for name in modules if "/" in name and not name.endswith("__init__.py")]
    text = MAP.read_text()
    assert not [name for name in sorted(named) if f"`{name}`" not in text]


def test_map_names_every_public_name() -> None:
    assert not [name for name in openiort.__all__ if f"`{name}`" not in MAP.read_text()]


def test_readme_names_every_file_of_a_plan() -> None:
    listed = next(line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("- **Files**"))
    assert not [name for name in (*FILE_NAMES, *FOLDER_NAMES) if f"`{name}" not in listed]


def test_security_page_names_every_file_with_a_name_in_it() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    assert not [name for name in (*NAMED_FILES, *FOLDER_NAMES) if f"`{name}" not in text]


def test_conformance_statement_names_every_class_that_is_read() -> None:
    read = (ROOT / "docs" / "dicom_conformance.md").read_text().split("## Read")[1].split("## Written")[0]
    classes = (CTImageStorage, *MULTI_FRAME_CT, *KINDS)
    assert {RTStructureSetStorage, RTDoseStorage} <= set(KINDS)
    assert not [UID(uid).name for uid in classes if UID(uid).name not in read]


def test_links_between_documents_lead_somewhere() -> None:
    dead = []
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text()):
            if "://" not in target and not (document.parent / target).exists():
                dead.append(f"{document.name}: {target}")
    assert not dead


def test_files_are_short() -> None:
    long = {str(p.relative_to(ROOT)): n for p in PACKAGE.rglob("*.py") if (n := len(p.read_text().splitlines())) >= 400}
    assert not long, "one concept a file: split these"


LONGEST_BODY_lines = 60


def long_functions(package: Path) -> set[str]:
    """Functions whose body, the docstring left out, has more than 60 lines."""
    found = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[ast.get_docstring(node) is not None:] or node.body
                if (body[-1].end_lineno or 0) - body[0].lineno >= LONGEST_BODY_lines:
                    found.add(f"{path.relative_to(package).as_posix()}: {node.name}")
    return found


def test_functions_are_short() -> None:
    assert long_functions(PACKAGE) == set(), "one step a function: split these"


def test_long_functions_are_seen(tmp_path: Path) -> None:
    def function(name: str, lines: int) -> str:
        return f'def {name}():\n    """Says\n\n    what."""\n' + "    x = 1\n" * lines

    (tmp_path / "a.py").write_text(function("short", 60) + function("long", 61))
    assert long_functions(tmp_path) == {"a.py: long"}


# --- sources


def test_every_doi_is_in_the_bibliography_and_used() -> None:
    bibliography = ROOT / "docs" / "bibliography.md"
    tests = ROOT / "tests"
    used = {d for path, text in text_files() if path != bibliography and tests not in path.parents for d in dois(text)}
    listed = dois(bibliography.read_text())
    assert used - listed == set(), "cited, but not in docs/bibliography.md"
    assert listed - used == set(), "in docs/bibliography.md, but cited nowhere"


TABLES = [path for folder in (PACKAGE / "tables", ROOT / "validation") for ending in ("*.csv", "*.toml")
          for path in sorted(folder.rglob(ending))]


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_tables_tell_their_source(table: Path) -> None:
    head = [line for line in table.read_text().splitlines() if line.startswith("#")]
    text = " ".join(head)
    assert [word for word in ("what:", "source:", "taken:", "licence:", "changes:") if word not in text] == []


def test_changelog_is_at_this_version() -> None:
    versions = re.findall(r"^## \[?([\w.]+)\]?", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == __version__


def test_citation_file_is_at_this_version() -> None:
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text()


def test_lock_file_pins_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    optional = project["project"]["optional-dependencies"]["test"] + project["dependency-groups"]["build"]
    asked = {re.split(r"[<>=!~ \[]", line)[0] for line in project["project"]["dependencies"] + optional}
    lock = (ROOT / "requirements.lock").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)==.* \\\n +(--hash=sha256:[0-9a-f]{64})", lock, re.MULTILINE))
    assert asked <= set(pinned), "run `make lock`"
    assert not [line for line in lock.splitlines() if line and not re.match(r"#|[\w.-]+==| +--hash=", line)]


def test_lock_file_of_the_extra_has_the_same_versions() -> None:
    def versions(file: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)==(\S+) .*\\\n +--hash=sha256:", (ROOT / file).read_text(), re.MULTILINE))

    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["ebrt"]
    all_of, more = versions("requirements.lock"), versions("requirements-ebrt.lock")
    assert {re.split(r"[<>=!~ \[]", line)[0] for line in asked} <= set(more), "run `make lock`"
    assert {name: more[name] for name in more if name in all_of} == {n: all_of[n] for n in more if n in all_of}


def test_no_path_of_one_machine_and_no_registry() -> None:
    faults = []
    for path, text in text_files():
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE_PATH.search(line) or REGISTRY.search(line):
                faults.append(f"{path.relative_to(ROOT)}:{number}")
    assert not faults
