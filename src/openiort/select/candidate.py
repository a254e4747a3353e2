"""A candidate: what is known of a woman before surgery, and again when pathology has arrived.

Every fact may be unknown (None, or the word "unknown" in a file), and an unknown fact never counts as met. Facts stand
under the phase in which they were found, with its date; where both phases have one, the later holds: a new finding
takes the place of an older one. Of stages, and of what only the specimen can say, only those of the phase count
(docs/selection.md says why).
Stages are those of the TNM classification, 8th edition (UICC 2017).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator

from openiort.select.candidate_fault import CandidateError, Fault, faults_of
from openiort.select.contradictions import contradictions
from openiort.select.fact_type import CODE, FactType, fact_types
from openiort.select.stages import broad_stage

UNKNOWN = "unknown"
BEFORE_SURGERY, PATHOLOGY = "before surgery", "pathology"
PHASES = (BEFORE_SURGERY, PATHOLOGY)
# what a file's name and a cell of any table can hold: none starts a formula
SAFE_ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
# imaging and biopsy only estimate these: on pathology they are unknown until the specimen says them
OF_THE_SPECIMEN = frozenset({"histology", "size_mm", "focality", "foci_extent_mm", "grade", "lymphovascular_invasion",
                             "extensive_intraductal_component", "dcis_extent_mm", "dcis_grade"})
STAGE_OF = {BEFORE_SURGERY: {"T": "cT", "N": "cN"}, PATHOLOGY: {"T": "pT", "N": "pN"}}

Histology = Literal["ductal", "lobular", "mixed ductal and lobular", "tubular", "mucinous", "medullary", "papillary",
                    "cribriform", "metaplastic", "other invasive", "dcis"]
Receptor = Literal["negative", "positive"]
Length_mm = Annotated[float, Field(ge=0.0, le=150.0, allow_inf_nan=False)]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    table: ClassVar[str] = ""

    @model_validator(mode="wrap")
    @classmethod
    def _checked(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(given, dict):
            types = fact_types(cls)
            given = {name: _as_said(value, types.get(name)) for name, value in given.items()}
        try:
            return handler(given)
        except ValidationError as error:
            raise CandidateError(faults_of(error, cls, cls.table, TABLES)) from None


class FactsOfBothPhases(_Facts):
    """What biopsy and imaging say first, and the specimen again."""

    date: Annotated[datetime.date | None, Field(description="when these facts were known")] = None
    histology: Annotated[Histology | None, Field(description="type; dcis: pure, nothing invasive")] = None
    size_mm: Annotated[Length_mm | None, Field(description="largest extent of the tumour, of the largest focus")] = None
    focality: Annotated[Literal["unifocal", "multifocal"] | None, Field(
        description="foci in one quadrant: one, or several")] = None
    foci_extent_mm: Annotated[Length_mm | None, Field(description="extent of all foci together")] = None
    centricity: Annotated[Literal["unicentric", "multicentric"] | None, Field(
        description="quadrants with tumour: one, or several")] = None
    grade: Annotated[Literal[1, 2, 3] | None, Field(description="histological grade of the invasive tumour")] = None
    lymphovascular_invasion: Annotated[Literal["none", "focal", "extensive"] | None, Field(
        description="tumour in lymph or blood vessels")] = None
    oestrogen_receptor: Receptor | None = None
    progesterone_receptor: Receptor | None = None
    her2: Receptor | None = None
    anti_her2_therapy: Annotated[bool | None, Field(description="given or planned")] = None
    extensive_intraductal_component: Annotated[bool | None, Field(
        description="in situ: at least a quarter of the tumour, and beyond its edge")] = None
    dcis_extent_mm: Annotated[Length_mm | None, Field(description="extent of carcinoma in situ")] = None
    dcis_grade: Annotated[Literal["low", "intermediate", "high"] | None, Field(description="nuclear grade")] = None


class FactsBeforeSurgery(FactsOfBothPhases):
    """What is known before surgery."""

    table = "before_surgery"

    age_years: Annotated[int | None, Field(ge=18, le=110, description="completed years on the day of surgery")] = None
    cT: Literal["cTis", "cT0", "cT1", "cT1mi", "cT1a", "cT1b", "cT1c", "cT2", "cT3", "cT4"] | None = None
    cN: Literal["cN0", "cN1", "cN2", "cN3"] | None = None
    distant_metastasis: Annotated[bool | None, Field(description="M1")] = None
    detection: Annotated[Literal["screening", "clinical"] | None, Field(description="how it was found")] = None
    germline_brca: Annotated[Literal["absent", "present"] | None, Field(
        description="pathogenic variant of BRCA1 or BRCA2; not tested: unknown")] = None
    neoadjuvant_treatment: Annotated[bool | None, Field(description="drugs before surgery")] = None
    previous_breast_radiotherapy: Annotated[bool | None, Field(description="to this breast")] = None
    pregnant: bool | None = None


class FactsOfPathology(FactsOfBothPhases):
    """What the specimen and the nodes say."""

    table = "pathology"

    pT: Literal["pTis", "pT0", "pT1", "pT1mi", "pT1a", "pT1b", "pT1c", "pT2", "pT3", "pT4"] | None = None
    pN: Annotated[Literal["pN0", "pN0(i-)", "pN0(i+)", "pN1mi", "pN1", "pN1a", "pN1b", "pN1c", "pN2", "pN2a", "pN2b",
                          "pN3", "pNx"] | None, Field(description="pNx: nodes not examined")] = None
    nodal_surgery: Literal["none", "sentinel node", "axillary dissection"] | None = None
    positive_nodes: Annotated[int | None, Field(ge=0, le=60, description="nodes with metastases")] = None
    margin_mm: Annotated[Length_mm | None, Field(description="least width; 0: ink on tumour, positive")] = None


def _as_said(value: Any, kind: FactType | None) -> Any:
    """The word unknown is None; true is not taken for the code 1."""
    if isinstance(value, bool) and kind is not None and kind.kind == CODE:
        return str(value).lower()
    return None if isinstance(value, str) and value == UNKNOWN else value


TABLES: dict[str, type[_Facts]] = {model.table: model for model in (FactsBeforeSurgery, FactsOfPathology)}


class Candidate(BaseModel):
    """One woman.

    Attributes:
        id: pseudonym.
        before_surgery: facts before surgery.
        pathology: facts of the specimen; None until they are there.

    Raises:
        CandidateError: (an InputError) a fact is not allowed, or several cannot be true together.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=f"^{SAFE_ID}$")] = "candidate"
    before_surgery: FactsBeforeSurgery = FactsBeforeSurgery()
    pathology: FactsOfPathology | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _checked(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        found: list[Fault] = []
        if isinstance(given, dict):
            given = {key: _table_or_faults(key, value, found) for key, value in given.items()}
        try:
            candidate = handler(given)
        except ValidationError as error:
            found = [*faults_of(error, cls, "", TABLES), *found]
        if found:
            raise CandidateError(found)
        if faults := contradictions(candidate):
            raise CandidateError(faults)
        return candidate

    @property
    def phase(self) -> str:
        """The latest phase of which anything is known; a date alone says nothing."""
        empty = self.pathology is None or not self.pathology.model_dump(exclude_none=True, exclude={"date"})
        return BEFORE_SURGERY if empty else PATHOLOGY


def _table_or_faults(key: str, given: Any, found: list[Fault]) -> Any:
    """A table of facts checked; where it cannot be, an empty one, and `found` has its faults."""
    if not isinstance(given, dict) or key not in TABLES:
        return given
    try:
        return TABLES[key].model_validate(given)
    except CandidateError as error:
        found += error.faults
        return TABLES[key]()


def known_facts(candidate: Candidate, phase: str) -> dict[str, Any]:
    """The facts known at a phase, by name, with those that follow from them; what is unknown is left out."""
    before = candidate.before_surgery.model_dump(exclude_none=True, exclude={"date"})
    found = dict(before)
    if phase == PATHOLOGY:
        found = {fact: value for fact, value in before.items() if fact not in OF_THE_SPECIMEN}
        if candidate.pathology is not None:
            found |= candidate.pathology.model_dump(exclude_none=True, exclude={"date"})
    return found | derived_facts(found, before.get("focality"), phase)


def derived_facts(found: Mapping[str, Any], clinical_focality: str | None, phase: str) -> dict[str, str]:
    """What follows from facts; unknown ones are left out.

    `T` and `N` are the stages of the phase without prefix and subdivision: clinical ones before surgery, pathological
    ones afterwards. `clinical_focality` is the one seen before surgery.

    Args:
        found: facts known at the phase.
        clinical_focality: `focality` of before surgery; None if unknown.
        phase: of the stages.
    """
    derived = {} if clinical_focality is None else {"clinical_focality": clinical_focality}
    for letter in ("T", "N"):
        code = found.get(STAGE_OF[phase][letter])
        if code is not None:
            derived[letter] = broad_stage(code)
    return derived
