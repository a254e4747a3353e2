"""Women whose pages are tested: one who fits, one of whom little is known, one who does not fit, and others."""

from __future__ import annotations

import datetime

from openiort.select.candidate import Candidate
from tests.select.women import before_surgery, in_situ, woman

MADE = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
CLEAR = woman()
LITTLE_KNOWN = Candidate(id="P-17", before_surgery={"age_years": 47, "histology": "ductal", "size_mm": 18.0})
UNSUITABLE = before_surgery(age_years=36, germline_brca="present", grade=3, oestrogen_receptor="negative")
PREGNANT = before_surgery(age_years=38, pregnant=True, previous_breast_radiotherapy=True, distant_metastasis=True)
WOMEN = {
    "clear": CLEAR, "little known": LITTLE_KNOWN, "unsuitable": UNSUITABLE, "pregnant": PREGNANT,
    "nothing known": Candidate(), "in situ": in_situ(),
    "everything against": woman(
        age_years=38, histology="mixed ductal and lobular", size_mm=42.0, focality="multifocal", foci_extent_mm=60.0,
        centricity="multicentric", grade=3, lymphovascular_invasion="extensive", oestrogen_receptor="negative",
        her2="positive", extensive_intraductal_component=True, pN="pN1a", positive_nodes=2, margin_mm=0.0,
        nodal_surgery="axillary dissection", germline_brca="present", neoadjuvant_treatment=True, cN="cN1"),
}
