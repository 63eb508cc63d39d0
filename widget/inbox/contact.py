"""What a visitor typed as contact, made into a link that opens WhatsApp or the mail program. Called by the conversation's page and the first page.

The text is a visitor's and so hostile: only what is plainly a telephone number or an e-mail address becomes a link.
"""

import re
from urllib.parse import quote

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{6,24}")


def contact_link(contact: str) -> str:
    """The https://wa.me/ or mailto: address of `contact`, or an empty string."""
    typed = contact.strip()
    if _EMAIL.fullmatch(typed):
        return f"mailto:{quote(typed, safe='@')}"
    if not _PHONE.fullmatch(typed):
        return ""
    digits = re.sub(r"[^0-9]", "", typed)
    if not typed.startswith("+") and digits.startswith("0"):
        # A number as it is dialled inside Indonesia.
        digits = f"62{digits.lstrip('0')}"
    return f"https://wa.me/{digits}" if 8 <= len(digits) <= 15 else ""


def web_link(address: str) -> str:
    """`address` when it is a plain web address, else an empty string."""
    return address if re.match(r"https?://[^/\s]", address, re.IGNORECASE) else ""
