"""What people see when a page of ours broke: a sentence, and the number under which the log tells what happened. Named as `handler500` in chatsite/urls.py.

Touches neither the database nor the session, since one of them may be what broke.
"""

from django.http import HttpRequest, HttpResponse
from django.template import loader

from widget.lib.logs import request_id


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(loader.render_to_string("500.html", {"number": request_id.get()}), status=500)
