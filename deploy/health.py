"""Whether the installation that was just started is well: asks /readyz on this machine. Called by server.py and update.py."""

import http.client
import json
import time

# How often in a row it must say so: a process that dies right after its start would pass once.
TIMES_IN_A_ROW = 3


def wait_until_ready(port: int, seconds: float = 90, pause: float = 0.5) -> str:
    """An empty text once it is ready for good, or the last trouble it named."""
    until, good, trouble = time.monotonic() + seconds, 0, "it does not answer"
    while time.monotonic() < until:
        trouble = ask(port)
        good = 0 if trouble else good + 1
        if good >= TIMES_IN_A_ROW:
            return ""
        time.sleep(pause)
    return trouble


def ask(port: int) -> str:
    """What /readyz complains about now."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        return f"it does not answer ({error})"
    finally:
        connection.close()
    return "" if answer.status == 200 else _told(answer.status, body)


def _told(status: int, body: bytes) -> str:
    try:
        checks = json.loads(body).get("checks", {})
        return "; ".join(check["trouble"] for check in checks.values() if check.get("trouble") and check.get("essential")) or f"/readyz says {status}"
    except (ValueError, AttributeError, TypeError, KeyError):
        return f"/readyz says {status}"
