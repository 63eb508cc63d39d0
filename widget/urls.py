"""Addresses of the app, gathered from its subjects."""

from django.urls import URLPattern, URLResolver

app_name = "widget"
urlpatterns: list[URLPattern | URLResolver] = []
