"""The ASGI application: WebSockets and what stands in for them to the visitors' line, HTTP to Django, health probes answered before both.

Any ASGI server can run it; `manage.py serve` adds its guards.
"""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
get_asgi_application()

from widget.ops.access_log import with_access_log  # noqa: E402  (these need Django set up)
from widget.ops.health import with_health  # noqa: E402
from widget.ops.request_threads import BoundedHandler  # noqa: E402
from widget.ops.static_files import with_static_files  # noqa: E402
from widget.routing import websocket_urlpatterns, with_fallback, with_lifecycle  # noqa: E402

_http = with_access_log(with_fallback(with_static_files(BoundedHandler(settings.REQUEST_THREADS))))
_by_protocol = ProtocolTypeRouter({"http": _http, "websocket": URLRouter(websocket_urlpatterns)})
application = with_health(with_lifecycle(_by_protocol))
