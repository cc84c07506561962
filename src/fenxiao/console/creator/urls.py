"""Addresses of creators' pages."""

from django.urls import path

from fenxiao.console.creator.views import income, links, selection

urlpatterns = [
    path("", selection.selection, name="selection"),
    path("products/<int:product_id>/", selection.product, name="product"),
    path("products/<int:product_id>/link/", links.make, name="link"),
    path("products/<int:product_id>/place", links.open_place, name="open_place"),
    path("links/", links.links, name="links"),
    path("orders/", income.orders, name="orders"),
    path("income/", income.income, name="income"),
]
