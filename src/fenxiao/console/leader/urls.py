"""Addresses of leaders' pages."""

from django.urls import path

from fenxiao.console.leader.views import home

urlpatterns = [path("", home.home, name="home")]
