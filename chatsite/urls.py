"""Addresses of the installation: Django admin and everything of the app."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

handler500 = "widget.ops.error_page.server_error"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("", include("widget.urls")),
]
