"""Addresses of operators' pages."""

from django.urls import path

from fenxiao.console.operator.views import goods, grading, home, review

urlpatterns = [
    path("", home.home, name="home"),
    path("review/", review.queue, name="review"),
    path("review/<int:admission_id>/", review.case, name="case"),
    path("review/<int:admission_id>/approve", review.approve, name="approve"),
    path("review/<int:admission_id>/refuse", review.refuse, name="refuse"),
    path("products/", goods.products, name="products"),
    path("products/<int:product_id>/", goods.product, name="product"),
    path("grading/", grading.runs, name="runs"),
    path("grading/<int:run_id>/", grading.run, name="run"),
]
