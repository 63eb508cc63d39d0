"""Addresses of the app, gathered from its subjects."""

from django.urls import URLPattern, URLResolver

from widget.embed.urls import urlpatterns as embed_urls

app_name = "widget"
urlpatterns: list[URLPattern | URLResolver] = [*embed_urls]
