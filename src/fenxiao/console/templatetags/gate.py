"""What the gate said."""

from django import template

from fenxiao.catalog.models import Admission
from fenxiao.catalog.rules import Finding, Severity, findings_from

register = template.Library()


@register.filter
def findings(admission: Admission) -> list[Finding]:
    """What the rules found, as words; once a product is admitted, only what is still good to know."""
    found = findings_from(admission.findings)
    if admission.verdict == Admission.Verdict.ADMITTED:
        return [finding for finding in found if finding.severity == Severity.NOTE]
    return found
