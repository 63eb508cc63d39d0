"""Every page of ours is answered under a strict policy."""

import pytest
from django.test import AsyncClient, Client

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"


@pytest.mark.django_db
def test_the_admin_is_answered_under_the_strict_policy(client: Client) -> None:
    response = client.get("/admin/login/")
    assert response["Content-Security-Policy"] == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.django_db
async def test_it_is_the_same_under_an_asynchronous_server(async_client: AsyncClient) -> None:
    assert (await async_client.get("/admin/login/"))["Content-Security-Policy"] == POLICY


@pytest.mark.django_db
def test_pages_that_are_not_there_are_no_exception(client: Client) -> None:
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert response["Content-Security-Policy"] == POLICY
