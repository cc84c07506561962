"""Addresses of merchants' pages."""

from django.urls import path

from fenxiao.console.merchant.views import goods, home, levers, money, plans, submissions, whatif

urlpatterns = [
    path("", home.home, name="home"),
    path("products/", goods.products, name="products"),
    path("products/add/", submissions.pick_category, name="pick_category"),
    path("products/add/<str:category_id>/", submissions.add, name="add"),
    path("products/<int:product_id>/", goods.product, name="product"),
    path("products/<int:product_id>/what-if/", whatif.what_if, name="what_if"),
    path("products/<int:product_id>/edit/", goods.edit, name="edit"),
    path("products/<int:product_id>/price", goods.reprice, name="reprice"),
    path("products/<int:product_id>/stock", goods.restock, name="restock"),
    path("products/<int:product_id>/off-shelf", goods.take_off_shelf, name="take_off_shelf"),
    path("products/<int:product_id>/on-shelf", goods.put_back_on_shelf, name="put_back_on_shelf"),
    path("products/<int:product_id>/resubmit/", submissions.resubmit, name="resubmit"),
    path("products/<int:product_id>/plan/", plans.plan, name="plan"),
    path("products/<int:product_id>/plan/close", plans.close, name="close_plan"),
    path("levers/", levers.levers, name="levers"),
    path("orders/", money.orders, name="orders"),
    path("wallet/", money.wallet, name="wallet"),
]
