"""Form fields in the look of the console."""

from django import template
from django.forms import BoundField, CheckboxInput, Select
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's own control with the classes of its sort, red and described by its error when it is wrong."""
    widget = field.field.widget
    sort = "form-select" if isinstance(widget, Select) else "form-control"
    attributes: dict[str, str | bool] = {"class": "form-check-input" if isinstance(widget, CheckboxInput) else sort}
    if field.errors:
        attributes["class"] = f"{attributes['class']} is-invalid"
        attributes["aria-describedby"] = f"{field.auto_id}_error"
    return field.as_widget(attrs=attributes)
