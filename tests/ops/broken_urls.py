"""The installation's own addresses and two that break, for the tests of its error pages."""

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from chatsite import urls


def broken(_request: HttpRequest) -> HttpResponse:
    raise OperationalError("no such table: kanari at 10.0.0.7 user=postgres password=kanari")


def suspicious(_request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("kanari")


urlpatterns = [path("broken", broken), path("suspicious", suspicious), *urls.urlpatterns]
