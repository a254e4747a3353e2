"""The pseudonym is steady, keyed, and its key private."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from openiort.dicom.pseudonym import ONE_OFF_NOTE, PseudonymKey, pseudonym, user_key
from openiort.patient.identity import SourceIdentity

ANNA = SourceIdentity(patient_name="Test^Anna", patient_id="4711", study_instance_uid="1.2.3")


def test_form_and_steadiness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    name = pseudonym(ANNA)
    assert re.fullmatch(r"P-[0-9A-F]{10}", name)
    assert pseudonym(ANNA) == name
    assert pseudonym(SourceIdentity(patient_id=" 4711 ", study_instance_uid="9.9")) == name  # number alone counts
    assert pseudonym(SourceIdentity(patient_id="4712")) != name


def test_known_value() -> None:
    # OpenSSL 3.0.19: printf 'patient 4711' | openssl dgst -sha256 -hmac key -> 7566ae59f738e2a4...
    assert pseudonym(ANNA, PseudonymKey(b"key", True)) == "P-7566AE59F7"


def test_study_stands_in_for_an_empty_number() -> None:
    key = PseudonymKey(b"k" * 32, True)
    first, second = (SourceIdentity(study_instance_uid=uid) for uid in ("1.2", "1.3"))
    assert pseudonym(first, key) != pseudonym(second, key)
    assert pseudonym(SourceIdentity(patient_id="1.2"), key) != pseudonym(first, key)


def test_key_is_private_and_random(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = []
    for name in ("a", "b"):
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / name))
        keys.append(user_key())
        folder = tmp_path / name / "openiort"
        assert [path.name for path in folder.iterdir()] == ["pseudonym.key"]  # nothing left beside it
        assert stat.S_IMODE((folder / "pseudonym.key").stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert keys[0].secret != keys[1].secret
    assert all(len(key.secret) == 32 and key.is_stored and not key.notes for key in keys)


def test_first_key_wins_over_one_made_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path, link = tmp_path / "openiort" / "pseudonym.key", os.link

    def overtaken(source: Path, target: Path) -> None:
        path.write_bytes(b"f" * 32)  # another process, between the look and the link
        link(source, target)

    monkeypatch.setattr(os, "link", overtaken)
    assert user_key().secret == b"f" * 32


@pytest.mark.parametrize("spoil", ["file in the way", "damaged key"])
def test_key_that_cannot_be_stored_is_used_once_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    if spoil == "file in the way":
        (tmp_path / "openiort").write_text("")
    else:
        (tmp_path / "openiort").mkdir()
        (tmp_path / "openiort" / "pseudonym.key").write_bytes(b"short")
    key = user_key()
    assert key.notes == (ONE_OFF_NOTE,)
    assert len(key.secret) == 32
    assert user_key().secret == key.secret  # the same within a run
