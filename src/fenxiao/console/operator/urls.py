"""Addresses of operators' pages."""

from django.urls import path

from fenxiao.console.operator.views import (
    backtests,
    drafting,
    goods,
    grading,
    home,
    levels,
    policies,
    review,
    runs,
    violations,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("review/", review.queue, name="review"),
    path("review/<int:admission_id>/", review.case, name="case"),
    path("review/<int:admission_id>/approve", review.approve, name="approve"),
    path("review/<int:admission_id>/refuse", review.refuse, name="refuse"),
    path("products/", goods.products, name="products"),
    path("products/<int:product_id>/", goods.product, name="product"),
    path("products/<int:product_id>/violations", violations.record, name="record_violation"),
    path("violations/", violations.violations, name="violations"),
    path("violations/<int:violation_id>/lift", violations.lift, name="lift_violation"),
    path("grading/", runs.runs, name="runs"),
    path("grading/now", grading.grade_now, name="grade_now"),
    path("grading/<int:run_id>/", runs.run, name="run"),
    path("grading/requests/<int:request_id>", grading.grading_request, name="grading_request"),
    path("policies/", policies.policies, name="policies"),
    path("policies/new/", drafting.new, name="new_policy"),
    path("policies/<int:number>/", policies.policy, name="policy"),
    path("policies/<int:number>/try", policies.try_out, name="try_policy"),
    path("policies/<int:number>/propose", policies.propose, name="propose_policy"),
    path("policies/<int:number>/approve", policies.approve, name="approve_policy"),
    path("policies/<int:number>/decline", policies.decline, name="decline_policy"),
    path("levels/", levels.levels, name="levels"),
    path("backtests/", backtests.backtests, name="backtests"),
    path("backtests/new/", backtests.new_backtest, name="new_backtest"),
    path("backtests/<int:backtest_id>/", backtests.backtest, name="backtest"),
]
