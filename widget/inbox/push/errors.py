"""What can go wrong when a phone is told. The docstring of each is what its owner reads at the device; `code` is what is stored there.

`retryable` and `retry_after` are read by jobs/retries.py. What the network says is in the words of lib/outbound.py.
"""

from django.utils.translation import gettext, gettext_noop

from widget.lib import outbound


class PushError(Exception):
    __doc__ = gettext_noop("The notice could not be delivered.")
    code = "push"
    retryable = False

    def __init__(self, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(type(self).__doc__)
        self.code = code or self.code
        self.retry_after = retry_after

    @property
    def sentence(self) -> str:
        return describe(self.code)


class GoneError(PushError):
    __doc__ = gettext_noop("This device no longer takes notices: they were switched off in its browser, or it was set up anew.")
    code = "gone"


class BadSubscriptionError(PushError):
    __doc__ = gettext_noop("The browser gave an address or keys we cannot use. Nothing was saved. Reload the page and turn it on again.")
    code = "bad_subscription"


class TooManyDevicesError(PushError):
    __doc__ = gettext_noop("You have as many devices as there can be. Remove one below that you no longer use.")
    code = "too_many"


class KeyLostError(PushError):
    __doc__ = gettext_noop("The server has lost the key this device was added with. Remove the device and turn it on again.")
    code = "key_lost"


class RefusedKeyError(PushError):
    __doc__ = gettext_noop("The push service does not take our signature. Remove the device and turn it on again.")
    code = "refused_key"


class TooLargeError(PushError):
    __doc__ = gettext_noop("The push service found the notice too large.")
    code = "too_large"


class RefusedError(PushError):
    __doc__ = gettext_noop("The push service refused the notice.")
    code = "refused"


class BusyError(PushError):
    __doc__ = gettext_noop("The push service asks us to wait. We try again by ourselves.")
    code = "busy"
    retryable = True


class AwayError(PushError):
    __doc__ = gettext_noop("The push service of this device could not be reached. We try again by ourselves.")
    code = "away"
    retryable = True


_KINDS = (PushError, GoneError, BadSubscriptionError, TooManyDevicesError, KeyLostError, RefusedKeyError, TooLargeError, RefusedError, BusyError, AwayError)
_OUTBOUND = (outbound.PrivateTargetError, outbound.BadUrlError)
_SENTENCES: dict[str, str] = {kind.code: kind.__doc__ or "" for kind in (*_KINDS, *_OUTBOUND)}


def describe(code: str) -> str:
    """A failure in words, in the active language."""
    return gettext(_SENTENCES.get(code, _SENTENCES["push"])) if code else ""
