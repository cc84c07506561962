"""What the gate said."""

from django import template

from fenxiao.catalog.models import Admission
from fenxiao.catalog.rules import Finding, findings_from

register = template.Library()


@register.filter
def findings(admission: Admission) -> list[Finding]:
    """Findings of an admission, as words."""
    return findings_from(admission.findings)
