"""The frame of every admin page: menu, languages, one sentence on top."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_menu_speaks_in_groups_and_not_in_apps(admin_client: Client) -> None:
    groups = admin_client.get(reverse("admin:index")).context["available_apps"]
    assert [str(group["name"]) for group in groups][:3] == ["Conversations", "Knowledge", "Site"]


def test_a_page_that_the_menu_does_not_name_is_still_reached(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:index"))
    listed = [model["admin_url"] for group in page.context["available_apps"] for model in group["models"]]
    assert reverse("admin:widget_backgroundjob_changelist") in listed


def test_each_page_says_on_top_what_it_is_for(admin_client: Client) -> None:
    for name in ["widget_site_changelist", "widget_site_add", "widget_conversation_changelist"]:
        assert '<p class="purpose">' in admin_client.get(reverse(f"admin:{name}")).content.decode(), name


def test_an_empty_list_says_what_to_do(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:widget_site_changelist")).content.decode()
    assert "Add your website" in page


def test_a_visitor_of_the_sign_in_page_chooses_the_language(client: Client) -> None:
    answer = client.post(reverse("admin:language"), {"language": "id", "next": reverse("admin:login")}, follow=True)
    assert "Kata sandi:" in answer.content.decode()
    assert "Password" in client.post(reverse("admin:language"), {"language": "en", "next": reverse("admin:login")}, follow=True).content.decode()


def test_the_page_of_one_app_leads_to_the_first_page(admin_client: Client) -> None:
    assert admin_client.get(reverse("admin:app_list", args=["widget"])).headers["Location"] == reverse("admin:index")
