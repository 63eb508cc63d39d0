"""What the widget costs the page it stands on: bytes over the wire and, in Chromium with its CPU slowed four times, script, long tasks, shifts and elements.

Called by __main__.py. Every figure is the median of seven fresh profiles with the tag minus seven of the same page without it.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median

import brotli
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.bench.report import Row
from tests.bench.scenarios import Bench, Measured
from tests.chromium import ARGUMENTS, find_chromium
from tests.driver import ROOT

SLOWER = 4
LOADER_GOAL, LOADER_STRETCH, WIDGET_GOAL, WIDGET_STRETCH, MODULE_GOAL, MODULE_STRETCH = 1000, 750, 8000, 6000, 1500, 1000
_TEXT = "<h1>Toko Rukun</h1>" + "<p>Kain tenun dari bengkel sendiri, dikirim setiap hari kerja ke seluruh Indonesia.</p>" * 12
_TAG = '<a href="https://wa.me/6281200000000" data-kanal>Chat</a><script async src="{host}/widget.js?site=bench" data-site="bench"></script>'
_ALLOW = """
from widget.sites.models import AllowedOrigin, Site
AllowedOrigin.objects.create(site=Site.objects.get(key="bench"), origin="{origin}")
"""
_WATCH = """
window.seen = {long: 0, shift: 0};
new PerformanceObserver(list => { window.seen.long += list.getEntries().length }).observe({type: "longtask", buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries()) window.seen.shift += one.value }).observe({type: "layout-shift", buffered: true});
"""
_COUNT = """() => { const count = root => [...root.querySelectorAll("*")].reduce((sum, one) => sum + 1 + (one.shadowRoot ? count(one.shadowRoot) : 0), 0);
return {...window.seen, elements: count(document)} }"""
_BUTTON = "() => document.querySelector('kanal-chat')?.shadowRoot.querySelector('button')"


def widget_bytes(bench: Bench) -> list[Row]:
    """The built files as browsers get them: brotli at its best, done ahead of time."""
    folder = ROOT / "static" / "widget" / "dist"
    manifest = json.loads((folder / "manifest.json").read_text())

    def size(name: str) -> int:
        return len(brotli.compress((folder / name).read_bytes(), quality=11))

    loader, panel = size(manifest["loader"]), max(size(name) for name in manifest["panel"].values())
    rows = [
        Row("loader without the site's texts, brotli", "B", loader, None, LOADER_GOAL, LOADER_STRETCH),
        Row("loader and panel in one language, brotli", "B", loader + panel, None, WIDGET_GOAL, WIDGET_STRETCH),
    ]
    for name, languages in manifest["modules"].items():
        rows.append(Row(f"module {name}, brotli", "B", max(map(size, languages.values())), None, MODULE_GOAL, MODULE_STRETCH))
    return rows


def page_cost(bench: Bench) -> list[Row]:
    pages = {"/without": _TEXT, "/with": _TEXT + _TAG.format(host=f"http://127.0.0.1:{bench.ours.port}")}
    with _served(pages) as address, sync_playwright() as playwright:
        bench.running.python(_ALLOW.format(origin=address))
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        times = 3 if bench.quick else 7
        looks = {path: [_look(browser, address + path, path == "/with") for _ in range(times)] for path in pages}
        requests = _requests(browser, address + "/with", bench.ours.port)
        browser.close()
    cost = {key: median(one[key] for one in looks["/with"]) - median(one[key] for one in looks["/without"]) for key in looks["/with"][0]}
    return [
        Row(f"before opening, CPU {SLOWER}x slower: script", "ms", cost["script"], None, 15.0, 8.0),
        Row("  long tasks", "", cost["long"], None, 0.0),
        Row("  layout shift", "", cost["shift"], None, 0.0),
        Row("  elements", "", cost["elements"], None, 5.0),
        Row("  main thread", "ms", cost["main"]),
        Row("requests until the button", "", requests["button"], None, 1.0),
        Row("requests until open, besides the socket", "", requests["open"], None, 2.0),
    ]


def _look(browser: Browser, address: str, with_tag: bool) -> Measured:
    context = browser.new_context(viewport={"width": 412, "height": 915})
    page = context.new_page()
    page.add_init_script(_WATCH)
    control = context.new_cdp_session(page)
    control.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    control.send("Performance.enable")
    page.goto(address)
    # No asking whether the button is there: each look would be script of ours on the page that is measured.
    page.wait_for_timeout(2500)
    figures = {one["name"]: one["value"] for one in control.send("Performance.getMetrics")["metrics"]}
    counted = page.evaluate(_COUNT)
    if with_tag and not page.evaluate(_BUTTON):
        raise RuntimeError("The chat button did not come")
    context.close()
    # The link and the script of the tag are the page's own elements.
    elements = counted["elements"] - (2 if with_tag else 0)
    main, script = figures["TaskDuration"] * 1000, figures["ScriptDuration"] * 1000
    return {"script": script, "main": main, "long": counted["long"], "shift": counted["shift"], "elements": elements}


def _requests(browser: Browser, address: str, port: int) -> Measured:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: _note(asked, request, port))
    page.goto(address)
    page.wait_for_function(_BUTTON)
    page.wait_for_timeout(500)
    until_button = len(asked)
    _open(page)
    return {"button": until_button, "open": len(asked)}


def _open(page: Page) -> None:
    with page.expect_websocket() as opened:
        page.locator("kanal-chat button").first.click()
    opened.value.wait_for_event("framereceived")
    page.wait_for_timeout(500)


def _note(asked: list[str], request: Request, port: int) -> None:
    if f":{port}/" in request.url and not request.url.startswith("ws"):
        asked.append(request.url)


class _Pages(BaseHTTPRequestHandler):
    def __init__(self, pages: dict[str, str], *arguments: object) -> None:
        self._pages = pages
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        text = f'<!doctype html><meta charset="utf-8"><title>Toko</title>{self._pages.get(self.path, "")}'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments: object) -> None:
        return None


@contextmanager
def _served(pages: dict[str, str]) -> Iterator[str]:
    """A website of its own, on another origin than our server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, pages))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
