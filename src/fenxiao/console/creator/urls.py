"""Addresses of creators' pages."""

from django.urls import path

from fenxiao.console.creator.views import (
    charts,
    compare,
    home,
    income,
    links,
    open_plans,
    profile,
    selection,
    shelf,
    tokens,
    topics,
)

urlpatterns = [
    path("", selection.selection, name="selection"),
    path("home/", home.home, name="home"),
    path("products/<int:product_id>/", selection.product, name="product"),
    path("products/<int:product_id>/link/", links.make, name="link"),
    path("products/<int:product_id>/place", links.open_place, name="open_place"),
    path("products/<int:product_id>/pick", shelf.pick_one, name="pick_one"),
    path("compare/", compare.compare, name="compare"),
    path("compare/choose", compare.choose, name="choose_compared"),
    path("charts/", charts.charts, name="charts"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<int:topic_id>/", topics.topic, name="topic"),
    path("shelf/", shelf.shelf, name="shelf"),
    path("shelf/pick", shelf.pick, name="pick"),
    path("shelf/remove", shelf.remove, name="remove_from_shelf"),
    path("shelf/<int:product_id>/move", shelf.move, name="move_on_shelf"),
    path("shelf/<int:product_id>/note", shelf.note, name="note_on_shelf"),
    path("profile/", profile.profile, name="profile"),
    path("profile/consent", profile.consent, name="consent"),
    path("token/", tokens.token, name="token"),
    path("plans/", open_plans.open_plans, name="open_plans"),
    path("plans/<int:plan_id>/ask", open_plans.ask, name="ask_to_join"),
    path("requests/", open_plans.requests_, name="requests"),
    path("requests/<int:request_id>/withdraw", open_plans.withdraw, name="withdraw_request"),
    path("links/", links.links, name="links"),
    path("orders/", income.orders, name="orders"),
    path("income/", income.income, name="income"),
]
