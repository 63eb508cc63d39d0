"""Addresses of what pages load and of our own small pages. Included by widget/urls.py."""

from django.urls import path, re_path

from widget.embed import pages, returning, views

urlpatterns = [
    path("widget.js", views.widget_js, name="widget_js"),
    re_path(r"^(?P<name>(?:panel|module)-[\w-]+\.(?:js|css))$", views.built, name="built"),
    path("c/<slug:key>", pages.hosted_chat, name="hosted_chat"),
    path("c/<slug:key>/return", returning.return_page, name="return_page"),
    path("c/<slug:key>/exchange", returning.exchange, name="return_exchange"),
    path("privacy/<slug:key>", pages.privacy, name="privacy"),
]
