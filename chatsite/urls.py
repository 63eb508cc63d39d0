"""Addresses of the installation: Django admin and everything of the app."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("widget.urls")),
]
