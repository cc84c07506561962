"""Every act of the house, done once on a small stage, with the audit rows it must leave."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Brand, BrandTier, Product, ProductState, Standing
from fenxiao.catalog.rules import CategoryRow, ImportedDraft, LevelSetting
from fenxiao.deals import services as deals
from fenxiao.deals.models import Plan
from fenxiao.facts import services as facts
from fenxiao.kernel.actors import Actor
from fenxiao.ledger import services as ledger
from fenxiao.orders import services as orders
from fenxiao.orders.models import OrderLine
from fenxiao.orders.rules import ToldReview
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation, Role, Tier
from fenxiao.parties.rules import ImportedOrganisation
from fenxiao.tracking import services as tracking
from fenxiao.tracking.models import Link, Place
from fenxiao.tracking.rules import TakenClick
from tests.cast import NOON, make_category, make_member, make_product
from tests.catalog.drafts import a_draft
from tests.ledger.lines import make_line, refund
from tests.orders.telling import line, paid, received, shipped
from tests.promises.activity_acts import activity_acts
from tests.promises.chain_acts import chain_acts
from tests.promises.desk_acts import desk_acts
from tests.promises.keeping_acts import search_acts, shortlist_acts
from tests.promises.plan_acts import plan_acts
from tests.promises.ranking_acts import WITHOUT as WITHOUT_OF_RANKING
from tests.promises.ranking_acts import ranking_acts
from tests.promises.showing_acts import showing_acts
from tests.promises.square_acts import square_acts

PREPARED = Actor(name="preparation")
BY = Actor(name="Mei of Mei", member_id=700_007, organisation_id=700_008)  # who acts: found again in the row
LATER = NOON + timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Who and what is there before an act."""

    mei: Organisation
    chen: Organisation
    cup: Product

    def product(self, state: ProductState) -> Product:
        """Another product of Mei's, in this state."""
        product = make_product(self.mei, "Iron pot", state=state)
        if state == ProductState.OFF_SHELF:  # it was admitted before
            Product.objects.filter(pk=product.pk).update(admitted_at=NOON)
        return product

    def plan(self) -> Plan:
        """The cup's plan at 20 %."""
        return deals.open_plan(self.cup, rate_bp=2_000, by=PREPARED, now=NOON)

    def place(self) -> Place:
        """A place of Chen's."""
        return tracking.open_place(self.chen, name="Show", by=PREPARED, now=NOON)

    def link(self) -> Link:
        """Chen's link to the cup."""
        self.plan()
        return tracking.make_link(self.chen, product=self.cup, place=self.place(), by=PREPARED, now=NOON)

    def line(self) -> OrderLine:
        """A received line of Chen's, due at noon; Mei's wallet can pay for it."""
        ledger.deposit(self.mei, amount_fen=100_000, key="before", by=PREPARED, now=NOON)
        return make_line(self.cup, self.chen, ref="R1")

    def order(self) -> None:
        """An order of the cup that was paid and shipped."""
        orders.take_events([paid(line(1, product_id=self.cup.pk)), shipped()], by=PREPARED, now=NOON)


Act = Callable[[Stage], Callable[[], object]]  # prepares, and gives the act itself


def _with_line(act: Callable[[OrderLine], object]) -> Act:
    def prepared(stage: Stage) -> Callable[[], object]:
        made = stage.line()
        return lambda: act(made)

    return prepared


def _claw_back(stage: Stage) -> Callable[[], object]:
    made = stage.line()
    ledger.settle(until=NOON, by=PREPARED, now=NOON)
    refund(made, 5_000, event_id="r")
    return lambda: ledger.claw_back([made.pk], by=BY, now=LATER)


def _restore(stage: Stage) -> Callable[[], object]:
    parties.suspend_organisation(stage.mei, reason="sold nothing", by=PREPARED, now=NOON)
    return lambda: parties.restore_organisation(stage.mei, reason="mended", by=BY, now=LATER)


def _receive_overdue(stage: Stage) -> Callable[[], object]:
    stage.order()
    return lambda: orders.receive_overdue(by=BY, now=NOON + timedelta(days=30))


def _take_reviews(stage: Stage) -> Callable[[], object]:
    stage.order()
    told = ToldReview(external_id="v1", order_ref="A1", line_no=1, stars=5, reviewed_at=LATER)
    return lambda: orders.take_reviews([told], source="shop", by=BY, now=LATER)


def _take_clicks(stage: Stage) -> Callable[[], object]:
    link = stage.link()
    click = TakenClick(
        id=UUID(int=1),
        link_id=link.pk,
        creator_id=stage.chen.pk,
        product_id=stage.cup.pk,
        buyer_key="b",
        clicked_at=NOON,
    )
    return lambda: tracking.take_clicks([click], by=BY, now=LATER)


def _build_facts(stage: Stage) -> Callable[[], object]:
    facts.mark_lines([stage.line().pk])
    return lambda: facts.build(by=BY, now=LATER)


def _rebuild_facts(stage: Stage) -> Callable[[], object]:
    stage.line()
    return lambda: facts.rebuild_all(by=BY, now=LATER)


def _add_member(stage: Stage) -> Callable[[], object]:
    user = make_member(stage.chen, "someone@example.org").user
    return lambda: parties.add_member(stage.mei, user=user, role=Role.STAFF, by=BY, now=LATER)


def _make_link(stage: Stage) -> Callable[[], object]:
    stage.plan()
    place = stage.place()
    return lambda: tracking.make_link(stage.chen, product=stage.cup, place=place, by=BY, now=LATER)


def _change_rate(stage: Stage) -> Callable[[], object]:
    plan = stage.plan()
    return lambda: deals.change_rate(plan, rate_bp=2_500, by=BY, now=LATER)


def _close_plan(stage: Stage) -> Callable[[], object]:
    plan = stage.plan()
    return lambda: deals.close_plan(plan, by=BY, now=LATER)


def _qualify_brand(stage: Stage) -> Callable[[], object]:
    brand = Brand.objects.create(name="Acme", tier=BrandTier(BrandTier.values[0]))
    return lambda: catalog.qualify_brand(
        stage.mei,
        brand=brand,
        standing=Standing(max(Standing.values)),
        valid_from=NOON.date(),
        valid_until=None,
        by=BY,
        now=LATER,
    )


def _of_product(state: ProductState, act: Callable[[Product], object]) -> Act:
    def prepared(stage: Stage) -> Callable[[], object]:
        product = stage.product(state)
        return lambda: act(product)

    return prepared


def _import_products(stage: Stage) -> Callable[[], object]:
    draft = ImportedDraft(
        merchant_id=stage.mei.pk, external_id="x", title="铸铁锅 26cm", category_id="ap-2-1", price_fen=100, stock=1
    )
    return lambda: catalog.import_products([draft], source="shop", by=BY, now=LATER)


def _import_organisations(stage: Stage) -> Callable[[], object]:
    rows = [ImportedOrganisation(external_id="1", name="A"), ImportedOrganisation(external_id="2", name="B")]
    return lambda: parties.import_organisations(Kind.MERCHANT, rows=rows, source="shop", by=BY, now=LATER)


def _submit(stage: Stage) -> Callable[[], object]:
    make_category()
    return lambda: catalog.submit_product(stage.mei, draft=a_draft(), by=BY, now=LATER)


# service: (preparation and act, the acts of the audit rows it leaves)
ACTS: dict[str, tuple[Act, list[str]]] = {
    "parties.register_organisation": (
        lambda stage: lambda: parties.register_organisation(Kind.CREATOR, name="Bai", by=BY, now=LATER),
        ["register_organisation"],
    ),
    "parties.import_organisations": (_import_organisations, ["import_organisations"]),
    "parties.suspend_organisation": (
        lambda stage: lambda: parties.suspend_organisation(stage.mei, reason="fakes", by=BY, now=LATER),
        ["suspend_organisation"],
    ),
    "parties.restore_organisation": (_restore, ["restore_organisation"]),
    "parties.register_domain": (
        lambda stage: lambda: parties.register_domain(stage.mei, domain="mei.example", by=BY, now=LATER),
        ["register_domain"],
    ),
    "parties.enrol_person": (
        lambda stage: (
            lambda: parties.enrol_person(
                "bo@example.org", name="Bo", password="correct horse battery", by=BY, now=LATER
            )
        ),
        ["enrol_person"],
    ),
    "parties.add_member": (_add_member, ["add_member"]),
    "parties.describe_creator": (
        lambda stage: (
            lambda: parties.describe_creator(
                stage.chen, followers=5, city="Xi'an", introduction="pots", by=BY, now=LATER
            )
        ),
        ["describe_creator"],
    ),
    "parties.record_score": (
        lambda stage: lambda: parties.record_score(stage.mei, score_centi=450, by=BY, now=LATER),
        ["record_score"],
    ),
    "parties.set_tier": (
        lambda stage: lambda: parties.set_tier(stage.chen, tier=Tier.GOLD, by=BY, now=LATER),
        ["set_tier"],
    ),
    "catalog.load_categories": (
        lambda stage: (
            lambda: catalog.load_categories([CategoryRow(id="zz", parent_id="", depth=1, zh="新")], by=BY, now=LATER)
        ),
        ["load_categories"],
    ),
    "catalog.register_brand": (
        lambda stage: lambda: catalog.register_brand("Acme", tier=BrandTier(BrandTier.values[0]), by=BY, now=LATER),
        ["register_brand"],
    ),
    "catalog.qualify_brand": (_qualify_brand, ["qualify_brand"]),
    "catalog.submit_product": (_submit, ["submit_product"]),
    "catalog.resubmit_product": (
        _of_product(
            ProductState.REFUSED,
            lambda product: catalog.resubmit_product(product, draft=a_draft(), by=BY, now=LATER),
        ),
        ["resubmit_product"],
    ),
    "catalog.import_products": (_import_products, ["import_products"]),
    "catalog.approve_product": (
        _of_product(ProductState.PENDING, lambda product: catalog.approve_product(product, by=BY, now=LATER)),
        ["approve_product"],
    ),
    "catalog.refuse_product": (
        _of_product(
            ProductState.PENDING, lambda product: catalog.refuse_product(product, reason="blurred", by=BY, now=LATER)
        ),
        ["refuse_product"],
    ),
    "catalog.reprice_product": (
        lambda stage: lambda: catalog.reprice_product(stage.cup, price_fen=9_900, by=BY, now=LATER),
        ["reprice_product"],
    ),
    "catalog.restock_product": (
        lambda stage: lambda: catalog.restock_product(stage.cup, stock=3, by=BY, now=LATER),
        ["restock_product"],
    ),
    "catalog.set_freight": (
        lambda stage: lambda: catalog.set_freight(stage.cup, freight_fen=600, by=BY, now=LATER),
        ["set_freight"],
    ),
    "catalog.take_off_shelf": (
        lambda stage: lambda: catalog.take_off_shelf(stage.cup, by=BY, now=LATER),
        ["take_off_shelf"],
    ),
    "catalog.put_back_on_shelf": (
        _of_product(ProductState.OFF_SHELF, lambda product: catalog.put_back_on_shelf(product, by=BY, now=LATER)),
        ["put_back_on_shelf"],
    ),
    "catalog.set_levels": (
        lambda stage: (
            lambda: catalog.set_levels(
                [LevelSetting(product_id=stage.cup.pk, level=3, is_select=True, reason="score")],
                run=1,
                by=BY,
                now=LATER,
            )
        ),
        ["set_levels"],
    ),
    "deals.open_plan": (
        lambda stage: lambda: deals.open_plan(stage.cup, rate_bp=2_000, by=BY, now=LATER),
        ["open_plan"],
    ),
    "deals.change_rate": (_change_rate, ["change_rate"]),
    "deals.close_plan": (_close_plan, ["close_plan"]),
    "deals.set_platform_fee": (
        lambda stage: lambda: deals.set_platform_fee(1_200, from_at=LATER, by=BY, now=LATER),
        ["set_platform_fee"],
    ),
    "tracking.open_place": (
        lambda stage: lambda: tracking.open_place(stage.chen, name="Show", by=BY, now=LATER),
        ["open_place"],
    ),
    "tracking.make_link": (_make_link, ["make_link"]),
    "tracking.take_clicks": (_take_clicks, ["take_clicks"]),
    "orders.take_events": (
        lambda stage: (
            lambda: orders.take_events(
                [paid(line(1, product_id=stage.cup.pk)), shipped(), received()], by=BY, now=LATER
            )
        ),
        ["take_events"],
    ),
    # Told as events like any other, so that is the act.
    "orders.receive_overdue": (_receive_overdue, ["take_events"]),
    "orders.take_reviews": (_take_reviews, ["take_reviews"]),
    "orders.settle_lines": (
        _with_line(lambda made: orders.settle_lines([made.pk], settled_at=LATER, by=BY, now=LATER)),
        ["settle_lines"],
    ),
    "orders.await_funds": (
        _with_line(lambda made: orders.await_funds([made.pk], by=BY, now=LATER)),
        ["await_funds"],
    ),
    "ledger.deposit": (
        lambda stage: lambda: ledger.deposit(stage.mei, amount_fen=100, key="k", by=BY, now=LATER),
        ["deposit"],
    ),
    "ledger.set_credit_limit": (
        lambda stage: lambda: ledger.set_credit_limit(stage.mei, limit_fen=100, by=BY, now=LATER),
        ["set_credit_limit"],
    ),
    # Each batch is an act of two floors, and the run as a whole is one more.
    "ledger.settle": (
        _with_line(lambda made: ledger.settle(until=LATER, by=BY, now=LATER)),
        ["settle_lines", "settle", "settle"],
    ),
    "ledger.claw_back": (_claw_back, ["claw_back"]),
    **plan_acts(BY),
    **activity_acts(BY),
    **chain_acts(BY),
    **desk_acts(BY),
    **ranking_acts(BY),
    **search_acts(BY),
    **shortlist_acts(BY),
    **showing_acts(BY),
    **square_acts(BY),
    "facts.build": (_build_facts, ["build_facts"]),
    "facts.rebuild_all": (_rebuild_facts, ["build_facts"]),
}

# services that leave no row, each with its reason
WITHOUT = {
    "parties.active_of_kind": "a check that writes nothing",
    "catalog.announce_goods_of": "only passes on the news of an act that has its row",
    **dict.fromkeys(
        (
            "deals.tell_of_applying",
            "deals.tell_of_audit",
            "deals.tell_of_decisions",
            "deals.tell_of_ends",
            "deals.tell_of_naming",
            "deals.tell_of_publishing",
            "deals.tell_of_request",
            "deals.tell_of_rows",
            "deals.tell_of_trusteeship",
            "deals.tell_of_wish",
        ),
        "sends notices, each batch of which has its row",
    ),
    "deals.tell_of_goods": "sends notices, each batch of which has its row",
    "deals.tell_of_terms": "sends notices, each batch of which has its row",
    "quality.work_out_levers": "writes files that are made from the tables; no row of anybody changes",
    "facts.mark_lines": "bookkeeping of facts; the act that caused it has its row",
    "facts.mark_later_days": "bookkeeping of facts; the act that caused it has its row",
    "facts.mark_reviews": "bookkeeping of facts; the act that caused it has its row",
    **WITHOUT_OF_RANKING,
    "discovery.rebuild_cards": "counts what other tables say; no row of anybody changes",
    "discovery.refresh_cards": "counts what other tables say; no row of anybody changes",
    "discovery.rebuild_index": "writes files that are made from the tables; no row of anybody changes",
    "discovery.refresh": "writes files that are made from the tables; no row of anybody changes",
}
