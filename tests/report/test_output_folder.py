"""The folder of a plan is whole or as it was before, whatever goes wrong."""

from __future__ import annotations

import errno
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from openiort.core.errors import InputError
from openiort.plan.plan_record import PROGRAM
from openiort.report.output_folder import DEMO_CT, DEMO_MARK, check_output_folder, foreign_files, write_folder

Fill = Callable[[Path], None]


def fill_with(text: str, *names: str) -> Fill:
    """Writes a plan's record and some of its files, all with the same text."""

    def fill(folder: Path) -> None:
        for name in names:
            (folder / name).write_text(text)
        record = {"program": PROGRAM, "files": dict.fromkeys(names, "hash"), "text": text}
        (folder / "plan.json").write_text(json.dumps(record))

    return fill


def failing(error: BaseException) -> Fill:
    """Writes half a plan, then fails."""

    def fill(folder: Path) -> None:
        (folder / "dose.dcm").write_text("half")
        raise error

    return fill


def write(place: Path, fill: Fill, *, force: bool = False, private: bool = False) -> None:
    write_folder(place, fill, force=force, private=private, needed_bytes=13_000_000)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """An earlier plan."""
    write(tmp_path / "plan", fill_with("old", "dose.dcm", "dvh.csv"))
    return tmp_path / "plan"


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def error_of(call: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as caught:
        call()
    error = caught.value
    assert error.what and error.where and error.allowed and error.fix
    return error


# --- a place


def test_new_place_with_new_folders_above_it(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "plan", fill_with("new", "dvh.csv"))
    assert set(content(tmp_path / "a" / "b" / "plan")) == {"plan.json", "dvh.csv"}
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["plan"]  # nothing beside it


def test_check_makes_nothing(tmp_path: Path) -> None:
    assert check_output_folder(tmp_path / "a" / "plan") == tmp_path / "a" / "plan"
    assert list(tmp_path.iterdir()) == []


def test_place_where_no_folder_can_be_made_is_refused_at_once(tmp_path: Path) -> None:
    """A name of 250 characters is one, but not that of the folder beside it, of 15 more; the system's limit is 255."""
    for place in (tmp_path / ("a" * 250), Path("/proc/self/fdinfo/plan")):
        error_of(lambda place=place: check_output_folder(place))


def test_what_replaces_nothing_does_not_speak_of_force(tmp_path: Path) -> None:
    write(tmp_path / "plan", fill_with("old", "dvh.csv"))
    error = error_of(lambda: check_output_folder(tmp_path / "plan", only_empty=True))
    assert "is not empty" in error.what
    assert "--force" not in error.text()


def test_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()
    write(tmp_path / "plan", fill_with("new", "dvh.csv"))
    assert (tmp_path / "plan" / "dvh.csv").read_text() == "new"


def test_private_folder_is_the_owners_alone(tmp_path: Path) -> None:
    write(tmp_path / "plan", fill_with("new"), private=True)
    assert stat.S_IMODE((tmp_path / "plan").stat().st_mode) == 0o700


@pytest.mark.parametrize("place", ["file", "file/plan"])
def test_file_in_the_way(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    assert "is a file" in error_of(lambda: check_output_folder(tmp_path / place, force=True)).what
    assert (tmp_path / "file").read_text() == "mine"


def test_mount_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "disk")
    error = error_of(lambda: check_output_folder(tmp_path / "disk"))
    assert "mount point" in error.what and str(tmp_path / "disk" / "plan") in error.fix


def test_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "link").symlink_to("target")
    write(tmp_path / "link", fill_with("new", "dvh.csv"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target" / "dvh.csv").read_text() == "new"


def test_links_in_a_circle_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    error_of(lambda: write(tmp_path / "a", fill_with("new")))
    assert (tmp_path / "a").is_symlink()


def test_home_of_nobody_leads_nowhere() -> None:
    assert "leads nowhere" in error_of(lambda: check_output_folder("~no-such-user-here/plan")).what


# --- an earlier plan


def test_earlier_plan_is_replaced_by_force_alone(plan: Path) -> None:
    before = content(plan)
    error = error_of(lambda: write(plan, fill_with("new", "dvh.csv")))
    assert "earlier plan" in error.what and "--force" in error.fix
    assert content(plan) == before
    write(plan, fill_with("new", "dvh.csv"), force=True)
    assert set(content(plan)) == {"plan.json", "dvh.csv"}
    assert (plan / "dvh.csv").read_text() == "new"
    assert [path.name for path in plan.parent.iterdir()] == ["plan"]


@pytest.mark.parametrize("spoil", ["other file", "folder", "link", "no record", "foreign record", "name in the record"])
def test_what_we_did_not_write_is_never_replaced(plan: Path, spoil: str) -> None:
    if spoil == "other file":
        (plan / "thesis.txt").write_text("mine")
    elif spoil == "folder":
        (plan / "ct").mkdir()
    elif spoil == "link":
        (plan / "dvh.csv").unlink()
        (plan / "dvh.csv").symlink_to("/etc/hostname")
    elif spoil == "no record":
        (plan / "plan.json").unlink()
    elif spoil == "foreign record":
        (plan / "plan.json").write_text('{"program": "other", "files": {"dose.dcm": "", "dvh.csv": ""}}')
    else:  # a record that claims a file no plan has
        (plan / "thesis.txt").write_text("mine")
        (plan / "plan.json").write_text(json.dumps({"program": PROGRAM, "files": dict.fromkeys(content(plan), "")}))
    before = sorted(path.name for path in plan.iterdir())
    assert "did not write" in error_of(lambda: write(plan, fill_with("new"), force=True)).what
    assert sorted(path.name for path in plan.iterdir()) == before


def test_demo_of_ours_is_known_by_its_mark(plan: Path) -> None:
    (plan / DEMO_CT).mkdir()
    (plan / DEMO_CT / "CT.0001.dcm").write_text("slice")
    assert foreign_files(plan) == [DEMO_CT]  # no mark: a CT that somebody put there
    (plan / DEMO_MARK).write_text("demo")
    assert foreign_files(plan) == []
    (plan / DEMO_CT / "thesis.txt").write_text("mine")
    assert foreign_files(plan) == [DEMO_CT]


# --- failures


@pytest.mark.parametrize("error", [ValueError("lost"), KeyboardInterrupt()])
def test_failure_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        write(tmp_path / "a" / "b" / "plan", failing(error))
    assert list(tmp_path.iterdir()) == []


def test_failure_leaves_the_earlier_plan(plan: Path) -> None:
    before = content(plan)
    with pytest.raises(ValueError, match="lost"):
        write(plan, failing(ValueError("lost")), force=True)
    assert content(plan) == before
    assert [path.name for path in plan.parent.iterdir()] == ["plan"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "disk full"),
        (errno.EDQUOT, "disk full"),
        (errno.EACCES, "no permission"),
        (errno.EROFS, "no permission"),
        (errno.EIO, "cannot write"),
    ],
)
def test_what_the_file_system_says(plan: Path, number: int, said: str) -> None:
    before = content(plan)
    error = error_of(lambda: write(plan, failing(OSError(number, "no")), force=True))
    assert said in error.what and "--out" in error.where
    assert ("13 MB" in error.allowed) == (said == "disk full")  # what was said to be needed
    assert content(plan) == before


def test_error_of_a_writer_is_told_as_one_of_the_folder(tmp_path: Path) -> None:
    """`dicom.write_dose` turns a full disk into its own error, which names a file that is gone by then."""
    inner = InputError("cannot write", where="dose.dcm", allowed="x", fix="y")
    inner.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    error = error_of(lambda: write(tmp_path / "plan", failing(inner)))
    assert "disk full" in error.what and str(tmp_path / "plan") in error.what


def test_somebody_wrote_there_meanwhile(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (tmp_path / "plan").mkdir()
        (tmp_path / "plan" / "thesis.txt").write_text("mine")

    assert "did not write" in error_of(lambda: write(tmp_path / "plan", fill)).what
    assert content(tmp_path / "plan") == {"thesis.txt": "mine"}


def test_failed_exchange_puts_the_earlier_plan_back(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, rename = content(plan), Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.suffix == ".part":
            raise OSError(errno.EIO, "broken")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    error_of(lambda: write(plan, fill_with("new"), force=True))
    assert content(plan) == before
    assert [path.name for path in plan.parent.iterdir()] == ["plan"]
