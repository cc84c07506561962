"""What several acts check before they write."""

from fenxiao.kernel.errors import BadInput
from fenxiao.parties.errors import OrganisationSuspended, WrongKind
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.rules import IN_CHINESE

LONGEST_NAME = 120


# not one act: the first step of several
def active_of_kind(organisation: Organisation, *kinds: Kind) -> Organisation:
    """The organisation's locked row. Refuses other kinds than `kinds`, and a suspended organisation."""
    # no_key: rows that merely point here may be written meanwhile.
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    check_kind(organisation, *kinds)
    check_active(organisation)
    return organisation


# not one act: a check
def check_kind(organisation: Organisation, *kinds: Kind) -> None:
    """Refuse other kinds than `kinds` (none given: any will do)."""
    if kinds and organisation.kind not in kinds:
        raise WrongKind(
            name=organisation.name,
            kind=organisation.kind,
            kind_zh=IN_CHINESE[organisation.kind],
            wanted=" / ".join(kinds),
            wanted_zh=" / ".join(IN_CHINESE[kind] for kind in kinds),
        )


# not one act: a check
def check_known_kind(kind: str) -> None:
    """Refuse a kind of organisation that the trade does not know."""
    if kind not in Kind.values:
        raise BadInput(field="kind", reason_zh=f"没有「{kind}」这种组织", reason_en=f"there is no kind “{kind}”")


# not one act: a check
def check_active(organisation: Organisation) -> None:
    """Refuse a suspended organisation."""
    if not organisation.is_active:
        raise OrganisationSuspended(name=organisation.name)


# not one act: a check
def named(text: str, *, field: str, longest: int = LONGEST_NAME) -> str:
    """`text` without the blanks around it. Refuses an empty one, one too long, and control characters."""
    cleaned = " ".join(text.split())
    if not cleaned:
        raise BadInput(field=field, reason_zh="不能为空", reason_en="it is empty")
    if len(cleaned) > longest:
        raise BadInput(field=field, reason_zh=f"最多 {longest} 个字", reason_en=f"at most {longest} characters")
    if not cleaned.isprintable():
        raise BadInput(field=field, reason_zh="含有不可见字符", reason_en="it holds control characters")
    return cleaned
