"""Addresses of leaders' pages."""

from django.urls import path

from fenxiao.console.leader import views

urlpatterns = [path("", views.home, name="home")]
