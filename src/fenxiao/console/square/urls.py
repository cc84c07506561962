"""Addresses of the creator square."""

from django.urls import path

from fenxiao.console.square import shortlist, views

urlpatterns = [
    path("", views.creators, name="creators"),
    path("<int:creator_id>/", views.creator, name="creator"),
    path("compare/", views.compare, name="compare"),
    path("compare/choose", views.choose_compared, name="choose_compared"),
    path("shortlist/", shortlist.shortlist, name="shortlist"),
    path("shortlist/add", shortlist.add, name="shortlist_add"),
    path("shortlist/file", shortlist.export, name="shortlist_file"),
    path("shortlist/<int:creator_id>/note", shortlist.note, name="shortlist_note"),
    path("shortlist/<int:creator_id>/remove", shortlist.remove, name="shortlist_remove"),
]
