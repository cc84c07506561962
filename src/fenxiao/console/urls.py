"""Addresses of the console."""

from django.urls import URLPattern, URLResolver, include, path

from fenxiao.console import notices, views
from fenxiao.console.public import views as public

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("language", views.choose_language, name="language"),
    path("switch", views.switch_member, name="switch"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read", notices.mark_notices, name="mark_notices"),
    path("p/<int:product_id>", public.product, name="public_product"),
    path("merchant/", include(("fenxiao.console.merchant.urls", "merchant"))),
    path("creator/", include(("fenxiao.console.creator.urls", "creator"))),
    path("leader/", include(("fenxiao.console.leader.urls", "leader"))),
    path("creators/", include(("fenxiao.console.square.urls", "square"))),
    path("operator/", include(("fenxiao.console.operator.urls", "operator"))),
]
