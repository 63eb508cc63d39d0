"""What an owner does with a source beside editing it: read it now, stop, approve or reject what waits, take back the last reading. Part of sources.py."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from widget.knowledge.models import Run, Source
from widget.knowledge.pages.standing import ACTIVE, stays
from widget.knowledge.reading.errors import ReadingError
from widget.knowledge.sources import generations, intake, running
from widget.sites.scope import changeable

# A level of Django's messages and a sentence.
Said = tuple[int, str]


def act_view(page: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """POST act=read|stop|use|leave|undo."""
    source = changeable(page, request, pk)
    act = ACTS.get(request.POST.get("act", ""))
    if act is not None:
        level, sentence = act(source)
        if level == messages.SUCCESS:
            page.log_change(request, source, sentence)
        messages.add_message(request, level, sentence)
    return HttpResponseRedirect(reverse("admin:widget_source_change", args=[source.pk]))


def file_view(page: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """POST file: a newer version of an uploaded file, read at once as the one before was."""
    source = changeable(page, request, pk)
    file = request.FILES.get("file")
    if not source.file or file is None or source.runs.filter(state__in=ACTIVE).exists():
        messages.warning(request, _("Nothing was changed: choose a file, and wait until the last one was read."))
    else:
        try:
            intake.put_file(source, file.name or "", file.chunks(), catalogue=source.kind == Source.Kind.CATALOGUE)
        except ReadingError as error:
            messages.error(request, error.sentence)
        else:
            source.save(update_fields=["kind", "file", "options"])
            page.log_change(request, source, _("A newer file."))
            messages.add_message(request, *_read(source))
    return HttpResponseRedirect(reverse("admin:widget_source_change", args=[source.pk]))


def stamp_view(page: Any, request: HttpRequest, pk: int) -> JsonResponse:
    """Polled by static/admin-skin/live.js while it is read: another stamp means that there is something new to show."""
    return JsonResponse({"stamp": stamp_of(changeable(page, request, pk))})


def stamp_of(source: Source) -> str:
    run = source.runs.first()
    return f"{source.generation}-{source.former}" + (f"-{run.pk}-{run.state}-{run.taken}-{run.skipped}-{run.visited}-{run.total}" if run else "")


def _read(source: Source) -> Said:
    running.start(source.pk)
    return messages.SUCCESS, _("It is being read. You may leave this page.")


def _stop(source: Source) -> Said:
    run = source.runs.filter(state__in=ACTIVE).first()
    if run is None:
        return messages.WARNING, _("It was over already.")
    running.stop(run.pk)
    return messages.SUCCESS, _("Stopped. What was there before is still used.")


def _use(source: Source) -> Said:
    run = source.runs.filter(state=Run.State.READY).first()
    if run is None or not generations.publish(source.pk, run.generation):
        return messages.WARNING, _("There is nothing to approve any more.")
    return messages.SUCCESS, _("Visitors get it from now on.")


def _leave(source: Source) -> Said:
    if not generations.reject(source.pk):
        return messages.WARNING, _("There is nothing to reject any more.")
    return messages.SUCCESS, f"{_('Rejected. What was there before is still used.')} {stays()}"


def _undo(source: Source) -> Said:
    if not generations.undo(source.pk):
        return messages.WARNING, _("There is nothing to take back: nothing was in use yet.")
    source.refresh_from_db()
    if source.former < source.generation:
        return messages.SUCCESS, _("The last reading is used again.")
    said = _("What was read before is used again.") if source.generation else _("Taken back: nothing of it is found any more.")
    return messages.SUCCESS, f"{said} {stays()}"


ACTS: dict[str, Callable[[Source], Said]] = {"read": _read, "stop": _stop, "use": _use, "leave": _leave, "undo": _undo}
