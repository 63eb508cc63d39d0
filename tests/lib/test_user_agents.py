"""A browser's long name becomes two plain words, and nothing of what it made up itself."""

import pytest

from widget.lib.user_agents import device_of, user_agent_of

ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A136B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"
KNOWN = {
    ANDROID: "Android, Chrome",
    ANDROID.replace("Chrome/", "SamsungBrowser/23.0 Chrome/"): "Android, Samsung Internet",
    ANDROID + " Instagram 312.0.0.22.114 Android": "Android, Instagram",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1": "iPhone, Safari",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0": "Windows, Firefox",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0": "Windows, Edge",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36": "Linux, Chrome",
    "curl/8.0": "",
    "": "",
    "<script>alert(1)</script> {settings} \x00": "",
    "x" * 100_000 + " android": "",
}


@pytest.mark.parametrize("user_agent", KNOWN)
def test_a_device_is_named_in_two_words(user_agent: str) -> None:
    assert device_of(user_agent) == KNOWN[user_agent]


def test_the_header_is_found_whatever_it_holds() -> None:
    assert user_agent_of([(b"host", b"x"), (b"user-agent", b"\xff\xfe curl")]) == "ÿþ curl"
    assert user_agent_of([]) == ""
