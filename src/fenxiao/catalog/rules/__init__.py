"""Pure rules of the catalog: drafts, findings, admission, levels, the category tree."""

from fenxiao.catalog.rules.admission import (
    CategoryFacts,
    Decision,
    Surroundings,
    decision,
    examine,
    freight_findings,
    price_findings,
    stock_findings,
)
from fenxiao.catalog.rules.brands import BrandNames
from fenxiao.catalog.rules.drafts import DraftProblem, Imported, ImportedDraft, ProductDraft, tidy
from fenxiao.catalog.rules.findings import FINDINGS, Finding, Severity, Verdict, findings_from, stored, verdict
from fenxiao.catalog.rules.levels import LevelSetting, check_settings
from fenxiao.catalog.rules.tree import CategoryRow, Loaded, Place, places

__all__ = [
    "FINDINGS",
    "BrandNames",
    "CategoryFacts",
    "CategoryRow",
    "Decision",
    "DraftProblem",
    "Finding",
    "Imported",
    "ImportedDraft",
    "LevelSetting",
    "Loaded",
    "Place",
    "ProductDraft",
    "Severity",
    "Surroundings",
    "Verdict",
    "check_settings",
    "decision",
    "examine",
    "findings_from",
    "freight_findings",
    "places",
    "price_findings",
    "stock_findings",
    "stored",
    "tidy",
    "verdict",
]
