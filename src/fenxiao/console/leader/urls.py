"""Addresses of leaders' pages."""

from django.urls import path

from fenxiao.console.leader.views import (
    activities,
    activity_edit,
    application,
    applications,
    effects,
    home,
    trust,
    wishes,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("activities/", activities.activities, name="activities"),
    path("activities/new/", activity_edit.new_activity, name="new_activity"),
    path("activities/<int:activity_id>/", activities.activity, name="activity"),
    path("activities/<int:activity_id>/edit/", activity_edit.edit_activity, name="edit_activity"),
    path("activities/<int:activity_id>/publish", activities.publish, name="publish_activity"),
    path("activities/<int:activity_id>/close", activities.close, name="close_activity"),
    path("activities/<int:activity_id>/delete", activities.delete, name="delete_activity"),
    path("activities/<int:activity_id>/creators/name", activities.name_creators, name="name_creators"),
    path("activities/<int:activity_id>/creators/unname", activities.unname_creators, name="unname_creators"),
    path("applications/", applications.applications, name="applications"),
    path("applications/audit", applications.audit_many, name="audit_applications"),
    path("applications/ended/", applications.ended, name="ended_applications"),
    path("applications/<int:application_id>/", application.application, name="application"),
    path("applications/<int:application_id>/audit", application.audit_one, name="audit_application"),
    path("applications/<int:application_id>/end", application.end, name="end_application"),
    path("applications/<int:application_id>/extension", application.ask_extension, name="ask_extension"),
    path("applications/<int:application_id>/token", application.make_token, name="make_token"),
    path("effects/", effects.effects, name="effects"),
    path("effects/<int:activity_id>/", effects.activity_effect, name="activity_effect"),
    path("wishes/", wishes.wishes, name="wishes"),
    path("wishes/<int:wish_id>/answer", wishes.answer, name="answer_wish"),
    path("wishes/<int:wish_id>/withdraw", wishes.withdraw, name="withdraw_wish"),
    path("trusteeships/", trust.trusteeships, name="trusteeships"),
    path("trusteeships/<int:trusteeship_id>/accept", trust.accept, name="accept_trusteeship"),
    path("trusteeships/<int:trusteeship_id>/end", trust.end, name="end_trusteeship"),
    path("trusteeships/plans/", trust.plans, name="trusted_plans"),
    path("trusteeships/plans/<int:plan_id>/", trust.plan, name="trusted_plan"),
    path("trusteeships/plans/<int:plan_id>/rows/<int:row_id>/rate", trust.change_rate, name="change_trusted_rate"),
]
