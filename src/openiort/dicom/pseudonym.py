"""The name a patient has in everything but DICOM and PDF files.

A plain hash of a patient number is no pseudonym: a clinic's numbers have six to ten digits, and a computer hashes
all of them in minutes. So the hash is keyed (HMAC-SHA256, RFC 2104), with a random key that stays on this machine:
the same patient keeps her pseudonym here, and nobody without the key can get back from it or try numbers.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from openiort.patient.identity import SourceIdentity

KEY_BYTES = 32
ONE_OFF_NOTE = "the key of pseudonyms could not be stored: this patient gets another pseudonym next time"


@dataclass(frozen=True, slots=True)
class PseudonymKey:
    """The key of this user's pseudonyms.

    Attributes:
        secret: random bytes.
        is_stored: whether it will be the same next time.
    """

    secret: bytes
    is_stored: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user must know about it."""
        return () if self.is_stored else (ONE_OFF_NOTE,)


def pseudonym(identity: SourceIdentity, key: PseudonymKey | None = None) -> str:
    """`P-` and ten hexadecimal digits, the same for the same patient number and key.

    Args:
        identity: her patient number counts; where it is empty, the study's identifier.
        key: this user's by default.
    """
    number, study = identity.patient_id.strip(), identity.study_instance_uid
    message = f"patient {number}" if number else f"study {study}"
    digest = hmac.new((key or user_key()).secret, message.encode(), hashlib.sha256).hexdigest()
    return f"P-{digest[:10].upper()}"


def user_key() -> PseudonymKey:
    """The key in the user's configuration folder, made at first use; a one-off key where none can be kept."""
    base = os.environ.get("XDG_CONFIG_HOME")
    try:
        return PseudonymKey(_stored_key((Path(base) if base else Path.home() / ".config") / "openiort"), True)
    except (OSError, RuntimeError):  # RuntimeError: the user has no home
        return PseudonymKey(_one_off_secret(), False)


@cache
def _one_off_secret() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _stored_key(folder: Path) -> bytes:
    path = folder / "pseudonym.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create(path)
    secret = path.read_bytes()
    if len(secret) != KEY_BYTES:
        raise OSError("the key file is damaged")
    return secret


def _create(path: Path) -> None:
    """Write beside, then link: another process sees either no key or a whole one, and the first one wins."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink()
