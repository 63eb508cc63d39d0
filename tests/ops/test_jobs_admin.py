"""The page of background work."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django_tasks_db.models import DBTaskResult

from tests.people import make_member, signed_in
from widget.jobs import tasks
from widget.jobs.desk import run_ready
from widget.sites.models import Site

pytestmark = pytest.mark.django_db
LIST = reverse("admin:widget_backgroundjob_changelist")


@pytest.fixture
def failed(monkeypatch: pytest.MonkeyPatch) -> DBTaskResult:
    def fail(number: int) -> None:
        raise OSError("no <b>route</b>")

    monkeypatch.setattr(tasks, "_jobs", dict(tasks._jobs))
    tasks.register("test.fail", fail, attempts=1)
    tasks.enqueue("test.fail", 7)
    run_ready()
    return DBTaskResult.objects.get()


def test_the_list_says_what_failed_and_why(admin_client: Client, failed: DBTaskResult) -> None:
    page = admin_client.get(LIST).content.decode()
    assert "test.fail 7" in page
    assert "OSError: no &lt;b&gt;route&lt;/b&gt;" in page
    assert "test.fail 7" in admin_client.get(f"{LIST}?status=FAILED").content.decode()
    assert "test.fail 7" not in admin_client.get(f"{LIST}?status=READY").content.decode()


def test_one_job_shows_its_details_and_cannot_be_edited(admin_client: Client, failed: DBTaskResult) -> None:
    page = admin_client.get(reverse("admin:widget_backgroundjob_change", args=[failed.pk])).content.decode()
    assert "Traceback" in page
    assert 'name="_save"' not in page


def test_a_job_that_was_given_up_runs_again_with_all_its_attempts(admin_client: Client, failed: DBTaskResult) -> None:
    admin_client.post(LIST, {"action": "run_again", "_selected_action": str(failed.pk)})
    failed.refresh_from_db()
    assert (failed.status, failed.worker_ids) == ("READY", [])
    run_ready()
    failed.refresh_from_db()
    assert (failed.status, len(failed.worker_ids)) == ("FAILED", 1)


def test_a_job_that_waits_is_left_alone(admin_client: Client, failed: DBTaskResult) -> None:
    DBTaskResult.objects.update(status="RUNNING")
    admin_client.post(LIST, {"action": "run_again", "_selected_action": str(failed.pk)})
    failed.refresh_from_db()
    assert failed.status == "RUNNING"


def test_the_work_of_the_whole_installation_is_for_superusers(failed: DBTaskResult) -> None:
    client = signed_in(make_member("clerk", "owner", Site.objects.create(key="toko", name="Toko")))
    assert client.get(LIST).status_code == 403
    client.post(LIST, {"action": "run_again", "_selected_action": str(failed.pk)})
    failed.refresh_from_db()
    assert failed.status == "FAILED"


def test_the_librarys_own_page_is_gone() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("admin:django_tasks_database_dbtaskresult_changelist")
