"""Each method of the modelled platform on plans, activities, second leaders and shelves finds its act or query here.

A gateway then only translates names and units. What a method does by several acts, one per value of a field, names all.
"""

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

import pytest

S, Q, F = "fenxiao.deals.services.", "fenxiao.deals.queries.", "fenxiao.facts.effects."

METHODS: dict[str, tuple[str, ...]] = {
    # Plans, by merchants
    "plan.create": (S + "open_plan", S + "target_product", S + "target_shop", S + "open_exclusive", S + "enter_plans"),
    "plan.update": (S + "change_rate", S + "close_plan", S + "reopen_plan"),
    "plan.query": (Q + "plans_of_product",),
    "plan.commission.query": (Q + "commission_rows",),
    "promote.update": (S + "open_rows", S + "close_rows"),
    "distribution.plan.add.promoter": (S + "add_creators",),
    "distribution.plan.delete.promoter": (S + "remove_rows",),
    # Activities, by their leaders
    "investment.activity.open.create": (S + "draft_activity",),
    "investment.activity.open.close": (S + "close_activity",),
    "investment.activity.open.delete": (S + "delete_activity",),
    "investment.activity.open.info": (Q + "draft_of", Q + "state_of", Q + "creators_of", Q + "leader_record"),
    "investment.activity.open.list": (Q + "activities_of",),
    "investment.my.create.activity.list": (Q + "activities_of",),
    "investment.activity.open.item.list": (Q + "applications_of",),
    "investment.activity.item.detail": (Q + "applications_of",),
    "investment.activity.open.item.audit": (S + "audit_applications", Q + "applications_for"),
    "investment.activity.invalid.item.list": (Q + "invalid_applications",),
    "investment.activity.adjustActivityPromoter": (S + "name_creators", S + "unname_creators"),
    "investment.activity.queryExclusivePromoterInfo": (Q + "creators_of",),
    "investment.activity.item.token.create": (S + "share_token", Q + "applications_for"),
    "activity.item.share.create": (S + "share_token", Q + "applications_for"),
    "investment.activity.open.promotion.effect": (F + "effect_by_product",),
    # Activities, by merchants
    "seller.activity.open.list": (Q + "activities_open_to",),
    "seller.activity.open.info": (Q + "draft_of", Q + "state_of", Q + "creators_of", Q + "leader_record"),
    "seller.activity.usable.item": (Q + "usable_products",),
    "seller.activity.apply": (S + "apply_to_activity",),
    "seller.activity.apply.cancel": (S + "withdraw_application", Q + "applications_for"),
    "seller.activity.apply.list": (Q + "applied_activities",),
    "seller.activity.item.list": (Q + "applications_of",),
    "seller.activity.queryExclusivePromoterInfo": (Q + "creators_of",),
    "seller.activity.queryActivityPromoterAdjustHistory": (Q + "creator_adjustments",),
    "seller.activity.promotion.effect.item": (F + "effect_by_product",),
    "seller.activity.promotion.effect.summary": (F + "effect_of_activity",),
    # Second leaders
    "second.investment.activity.list": (Q + "second_activities_open_to",),
    "second.allow.investment.activity.item.list": (Q + "products_for_second",),
    "second.apply.investment.activity.list": (Q + "applied_second",),
    "second.apply.investment.activity.item.list": (Q + "applied_second",),
    "second.action.apply.investment.activity": (S + "apply_to_second",),
    "second.action.edit.apply.investment.activity": (S + "edit_second",),
    "second.action.apply.again.investment.activity": (S + "apply_again",),
    "second.action.cancel.cooperation": (S + "ask_cancellation",),
    "second.action.handle.cooperation": (S + "answer_cancellation",),
    # Shelves, by creators
    "selection.pick": (S + "pick",),
    "selection.offline": (S + "remove_from_shelf",),
    "selection.list": (Q + "shelf_of",),
    "query.selection.item.detail": (Q + "quote",),
}
# Misspelled twins of methods above, which clients call too.
TWINS = (
    "second.action.apply.again.investment.acticity",
    "second.action.apply.investment.acticity",
    "second.action.edit.apply.investment.acticity",
    "second.allow.investment.acticity.item.list",
    "second.apply.investment.acticity.item.list",
    "second.apply.investment.acticity.list",
    "second.investment.acticity.list",
)
# Samples come later; the two pages for picking are the console's.
LATER = {
    "investment.sample.promoter.data",
    "seller.sample.rule.save",
    "item.selection.add.url",
    "item.shelf.add.url",
}
# The methods of leaders, merchants, creators and second leaders on these things, as the platform lists them.
LISTED = [
    "activity.item.share.create",
    "distribution.plan.add.promoter",
    "distribution.plan.delete.promoter",
    "investment.activity.adjustActivityPromoter",
    "investment.activity.invalid.item.list",
    "investment.activity.item.detail",
    "investment.activity.item.token.create",
    "investment.activity.open.close",
    "investment.activity.open.create",
    "investment.activity.open.delete",
    "investment.activity.open.info",
    "investment.activity.open.item.audit",
    "investment.activity.open.item.list",
    "investment.activity.open.list",
    "investment.activity.open.promotion.effect",
    "investment.activity.queryExclusivePromoterInfo",
    "investment.my.create.activity.list",
    "investment.sample.promoter.data",
    "item.selection.add.url",
    "item.shelf.add.url",
    "plan.commission.query",
    "plan.create",
    "plan.query",
    "plan.update",
    "promote.update",
    "query.selection.item.detail",
    "second.action.apply.again.investment.acticity",
    "second.action.apply.again.investment.activity",
    "second.action.apply.investment.acticity",
    "second.action.apply.investment.activity",
    "second.action.cancel.cooperation",
    "second.action.edit.apply.investment.acticity",
    "second.action.edit.apply.investment.activity",
    "second.action.handle.cooperation",
    "second.allow.investment.acticity.item.list",
    "second.allow.investment.activity.item.list",
    "second.apply.investment.acticity.item.list",
    "second.apply.investment.acticity.list",
    "second.apply.investment.activity.item.list",
    "second.apply.investment.activity.list",
    "second.investment.acticity.list",
    "second.investment.activity.list",
    "selection.list",
    "selection.offline",
    "selection.pick",
    "seller.activity.apply",
    "seller.activity.apply.cancel",
    "seller.activity.apply.list",
    "seller.activity.item.list",
    "seller.activity.open.info",
    "seller.activity.open.list",
    "seller.activity.promotion.effect.item",
    "seller.activity.promotion.effect.summary",
    "seller.activity.queryActivityPromoterAdjustHistory",
    "seller.activity.queryExclusivePromoterInfo",
    "seller.activity.usable.item",
    "seller.sample.rule.save",
]

# What each field of a request becomes: a parameter, or a field of a dataclass that is one.
DRAFT, FLOORS, FLOOR = (f"fenxiao.deals.rules.{name}" for name in ("ActivityDraft", "Floors", "Floor"))
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "investment.activity.open.create": {
        "activityTitle": (DRAFT, "title"),
        "activityType": (DRAFT, "type"),
        "activityBeginTime": (DRAFT, "begins_at"),
        "activityEndTime": (DRAFT, "ends_at"),
        "activityExclusiveUser": (DRAFT, "creator_ids"),
        "preExclusiveActivitySignType": (DRAFT, "leader_entry"),
        "preActivityUser": (DRAFT, "leader_ids"),
        "mobilePhone": (DRAFT, "contact_phone"),
        "wechat": (DRAFT, "contact_wechat"),
        "ruleType": (FLOORS, "scope"),
        "globalMinCommissionRate": (FLOORS, "commission_bp"),
        "minInvestmentPromotionRate": (FLOORS, "service_fee_bp"),
        "categoryCommissionRateList": (FLOORS, "by_category"),
        "categoryId": (FLOOR, "category_id"),
        "minCommissionRate": (FLOOR, "commission_bp"),
        "activityStatus": (S + "draft_activity", "publish"),
    },
    "seller.activity.apply": {
        "activityId": (S + "apply_to_activity", "activity"),
        "itemId": (S + "apply_to_activity", "products"),
        "itemCommissionRate": (S + "apply_to_activity", "rate_bp"),
        "investmentPromotionRate": (S + "apply_to_activity", "service_fee_bp"),
        "baseOrderAmount": (S + "apply_to_activity", "guaranteed_orders"),
        "contactUserOpenType": (S + "apply_to_activity", "shows_contact_to_creators"),
        "cooperationStartTime": (S + "apply_to_activity", "from_at"),
        "cooperationEndTime": (S + "apply_to_activity", "until_at"),
    },
    "investment.activity.open.item.audit": {
        "itemAuditStatus": (S + "audit_applications", "pass_"),
        "auditItem": (Q + "applications_for", "keys"),
    },
    "investment.activity.open.list": {
        "activityType": (Q + "activities_of", "type"),
        "activityStatus": (Q + "activities_of", "state"),
        "activityTitle": (Q + "activities_of", "title"),
        "activityId": (Q + "activities_of", "activity_id"),
    },
    "investment.activity.open.item.list": {
        "itemAuditStatus": (Q + "applications_of", "state"),
        "categoryId": (Q + "applications_of", "category_id"),
        "itemId": (Q + "applications_of", "product_ids"),
        "distributeSellerId": (Q + "applications_of", "merchant"),
        "itemTitle": (Q + "applications_of", "title"),
    },
    "investment.activity.invalid.item.list": {
        "itemId": (Q + "invalid_applications", "product_id"),
        "activityId": (Q + "invalid_applications", "activity_id"),
        "closeType": (Q + "invalid_applications", "expired_by"),
    },
    "activity.item.share.create": {
        "shareTitle": (S + "share_token", "title"),
        "shareDesc": (S + "share_token", "words"),
    },
    "seller.activity.open.list": {
        "activityType": (Q + "activities_open_to", "type"),
        "activityTitle": (Q + "activities_open_to", "title"),
        "activityId": (Q + "activities_open_to", "activity_id"),
        "channelId": (Q + "activities_open_to", "category_id"),
    },
    "seller.activity.apply.list": {
        "activityType": (Q + "applied_activities", "type"),
        "activityId": (Q + "applied_activities", "activity_id"),
    },
    "seller.activity.usable.item": {
        "itemId": (Q + "usable_products", "product_ids"),
        "itemTitle": (Q + "usable_products", "title"),
    },
}


def found(path: str) -> Callable[..., Any]:
    """What a dotted path names."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_finds_what_answers_it(method: str) -> None:
    assert all(callable(found(path)) for path in METHODS[method])


def test_every_listed_method_is_answered_or_said_to_come_later() -> None:
    twins = {twin for twin in TWINS if twin.replace("acticity", "activity") in METHODS}

    assert sorted({*METHODS, *twins, *LATER}) == sorted(LISTED)


@pytest.mark.parametrize(("method", "field"), [(method, field) for method in FIELDS for field in FIELDS[method]])
def test_a_field_of_a_request_has_its_place(method: str, field: str) -> None:
    path, name = FIELDS[method][field]
    target = found(path)

    known = (
        {each.name for each in fields(target)} if is_dataclass(target) else set(inspect.signature(target).parameters)
    )
    assert name in known
