"""What an owner does on the pages of sources, by the test client. Used by the tests of these pages."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from widget.knowledge.models import Source
from widget.sites.models import Site


def add(client: Client, way: str, follow: bool = False, **data: Any) -> Any:
    return client.post(reverse("admin:widget_source_add"), {"way": way, "site": Site.objects.get().pk, **data}, follow=follow)


def act(client: Client, source: Source, what: str) -> str:
    answer = client.post(reverse("admin:widget_source_act", args=[source.pk]), {"act": what}, follow=True)
    source.refresh_from_db()
    return answer.content.decode()


def page(client: Client, source: Source, name: str = "change") -> str:
    answer: HttpResponse = client.get(reverse(f"admin:widget_source_{name}", args=[source.pk]))  # type: ignore[assignment]
    assert answer.status_code == 200
    return answer.content.decode()


def upload(client: Client, name: str, content: bytes, **data: Any) -> Any:
    return add(client, "file", file=SimpleUploadedFile(name, content), holds="questions", **data)
