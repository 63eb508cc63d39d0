"""What a browser calls itself, in two words a person understands: "Android, Chrome". Called by realtime/consumer.py for a visitor's socket.

A guess by well-known words, in the order in which one browser borrows the names of others; never the whole text, which names a person among thousands.
"""

_SYSTEMS = (
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("cros ", "ChromeOS"),
    ("windows", "Windows"),
    ("mac os", "Mac"),
    ("macintosh", "Mac"),
    ("linux", "Linux"),
)
# An app's own browser comes first, then those that call themselves Chrome or Safari too.
_BROWSERS = (
    ("instagram", "Instagram"),
    ("fban", "Facebook"),
    ("fbav", "Facebook"),
    ("tiktok", "TikTok"),
    ("bytedance", "TikTok"),
    ("ucbrowser", "UC Browser"),
    ("miuibrowser", "Mi Browser"),
    ("samsungbrowser", "Samsung Internet"),
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("opera", "Opera"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
LOOKED_AT = 500


def device_of(user_agent: str) -> str:
    """Like "Android, Chrome"; one of the two where only that is known, empty where nothing is."""
    said = user_agent[:LOOKED_AT].lower()
    found = (next((name for word, name in known if word in said), "") for known in (_SYSTEMS, _BROWSERS))
    return ", ".join(filter(None, found))


def user_agent_of(headers: list[tuple[bytes, bytes]]) -> str:
    """The header of an ASGI scope."""
    return next((value.decode("latin-1") for name, value in headers if name == b"user-agent"), "")
