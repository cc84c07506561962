"""Products by the thousand, from another system, through the same gate."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from fenxiao.catalog import rules
from fenxiao.catalog.models import Product, ProductState
from fenxiao.catalog.queries import Neighbourhood, neighbourhood
from fenxiao.catalog.services.cases import DRAFTED, Case, fill, write
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.errors import BadInput, Refused
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.services.checks import check_active, check_kind

BATCH = 1_000
Key = tuple[int, str]  # merchant, external id
Drafts = dict[Key, rules.ImportedDraft]


@transaction.atomic
def import_products(drafts: Sequence[rules.ImportedDraft], *, source: str, by: Actor, now: datetime) -> rules.Imported:
    """Take over products: new ones pass the gate, changed ones pass it again, the others are left alone.

    Importing the same drafts again changes nothing. What cannot be taken over is told in `problems`, one row each, and
    the rest goes on. Imported goods may lack a picture. Of two drafts with one id the later counts.
    Refuses a missing source, and a draft without an id.
    """
    if not 0 < len(source) <= 40:
        raise BadInput(field="source", reason_zh="须为 1 到 40 个字符", reason_en="1 to 40 characters")
    wanted = {_key(draft): draft for draft in drafts}
    # One import at a time: each batch locks its merchants, and two imports with other batches would meet in a deadlock.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalog.import'))")
    done = rules.Imported()
    pairs = list(wanted.items())
    for start in range(0, len(pairs), BATCH):
        _import_batch(dict(pairs[start : start + BATCH]), done, source=source, by=by, now=now)
    return done


def _key(draft: rules.ImportedDraft) -> Key:
    if not 0 < len(draft.external_id) <= 80:
        raise BadInput(field="external_id", reason_zh="须为 1 到 80 个字符", reason_en="1 to 80 characters")
    return draft.merchant_id, draft.external_id


def _import_batch(drafts: Drafts, done: rules.Imported, *, source: str, by: Actor, now: datetime) -> None:
    drafts = _of_active_merchants(drafts, done)
    known = _known(drafts, source)
    fresh = {key: draft for key, draft in drafts.items() if key not in known or _differs(known[key], draft)}
    around = neighbourhood([(merchant, draft) for (merchant, _), draft in fresh.items()], day=business_day(now))
    products = [known.get(key) or Product(merchant_id=key[0], source=source, external_id=key[1]) for key in fresh]
    cases = list(_cases(products, fresh, around, done))
    created = [case for case in cases if not case.was]
    write(cases, now=now)
    if cases:
        audit.record_batch("import_products", Product, ids=sorted(case.product.pk for case in cases), by=by, now=now)
    _count(done, created=created, changed=len(cases) - len(created), unchanged=len(drafts) - len(fresh))
    done.ids |= {key: product.pk for key, product in known.items()}
    done.ids |= {(case.product.merchant_id, case.product.external_id): case.product.pk for case in created}


def _of_active_merchants(drafts: Drafts, done: rules.Imported) -> Drafts:
    """The drafts whose merchants may submit; the others become problems. Locks the merchants in the order of ids."""
    ids = {merchant for merchant, _ in drafts}
    rows = Organisation.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    refusals: dict[int, Refused | None] = dict.fromkeys(
        ids, BadInput(field="merchant_id", reason_zh="没有这个商家", reason_en="there is no such merchant")
    )
    for row in rows:
        refusals[row.pk] = _refusal(row)
    for key, draft in drafts.items():
        if (refusal := refusals[key[0]]) is not None:
            zh, en = refusal.message("zh"), refusal.message("en")
            done.problems.append(_problem(draft, refusal.code, zh=zh, en=en))
    return {key: draft for key, draft in drafts.items() if refusals[key[0]] is None}


def _refusal(merchant: Organisation) -> Refused | None:
    try:
        check_kind(merchant, Kind.MERCHANT)
        check_active(merchant)
    except Refused as refusal:
        return refusal
    return None


def _known(drafts: Drafts, source: str) -> dict[Key, Product]:
    rows = Product.objects.filter(
        source=source,
        merchant_id__in={merchant for merchant, _ in drafts},
        external_id__in={external for _, external in drafts},
    )
    found = {(row.merchant_id, row.external_id): row for row in rows.order_by("pk").select_for_update()}
    return {key: row for key, row in found.items() if key in drafts}


def _differs(product: Product, draft: rules.ImportedDraft) -> bool:
    return any(
        getattr(product, name) != (rules.tidy(draft.title) if name == "title" else getattr(draft, name))
        for name in DRAFTED
    )


def _cases(products: Sequence[Product], drafts: Drafts, known: Neighbourhood, done: rules.Imported) -> Iterator[Case]:
    for product in products:
        key = (product.merchant_id, product.external_id)
        draft, owner = drafts[key], product.pk or product.external_id
        around = known.around(draft, merchant_id=product.merchant_id, owner=owner, is_imported=True)
        was = product.state if product.pk else ""
        decided = rules.decision(rules.examine(draft, around=around), state=was)
        if decided.state is None:
            done.problems.append(_gate_problem(draft, decided))
            continue
        known.note_title(rules.tidy(draft.title), merchant_id=product.merchant_id, owner=owner)
        yield Case(product=fill(product, draft), was=was, decision=decided)


def _gate_problem(draft: rules.ImportedDraft, decided: rules.Decision) -> rules.DraftProblem:
    said = [finding for finding in decided.findings if finding.severity > rules.Severity.NOTE]
    zh, en = "；".join(finding.zh for finding in said), "; ".join(finding.en for finding in said)
    return _problem(draft, said[0].code, zh=zh, en=en)


def _problem(draft: rules.ImportedDraft, code: str, *, zh: str, en: str) -> rules.DraftProblem:
    return rules.DraftProblem(merchant_id=draft.merchant_id, external_id=draft.external_id, code=code, zh=zh, en=en)


def _count(done: rules.Imported, *, created: Sequence[Case], changed: int, unchanged: int) -> None:
    states = [case.product.state for case in created]
    done.created += len(created)
    done.changed += changed
    done.unchanged += unchanged
    done.admitted += states.count(ProductState.ADMITTED)
    done.queued += states.count(ProductState.PENDING)
    done.refused += states.count(ProductState.REFUSED)
