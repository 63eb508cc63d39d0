"""What a frame can be refused for. `code` is stable and documented; the sentence is in the visitor's language. Raised under consumer.py, caught there."""

from django.utils.translation import gettext_lazy as _


class FrameError(Exception):
    """A frame that is not obeyed; the socket lives on."""

    code = "malformed"
    sentence = _("The message could not be read. Please reload the page.")

    def __init__(self, frame_id: str = "", retry_after: float = 0.0) -> None:
        super().__init__(self.code)
        self.frame_id = frame_id
        self.retry_after = retry_after


class MalformedError(FrameError):
    """Not JSON, not an object, or a field is missing or of the wrong kind."""


class UnknownFrameError(FrameError):
    """The type is not one a client may send."""

    code = "unknown_frame"
    sentence = _("This page is older than the chat. Please reload it.")


class TooLargeError(FrameError):
    """A frame or a text above its limit."""

    code = "too_large"
    sentence = _("That message is too long. Please send it in parts.")


class EmptyError(FrameError):
    """A message without text."""

    code = "empty"
    sentence = _("Please write something first.")


class RateLimitedError(FrameError):
    """Too much in a short time."""

    code = "rate_limited"
    sentence = _("That was a lot at once. Please wait a moment.")


class DuplicateError(FrameError):
    """The id was used before with another text."""

    code = "conflict"
    sentence = _("This message was sent before with another text.")


class HelloExpectedError(FrameError):
    """The first frame must be hello."""

    code = "hello_expected"


class AlreadyGreetedError(FrameError):
    """A second hello that names another visitor."""

    code = "already_greeted"


class RefusedSignInError(FrameError):
    """The website's token does not say who is signed in. Named, so that nobody takes it for the answer to a message."""

    code = "identity_refused"
    sentence = _("We could not confirm that you are signed in. The chat goes on without it.")

    def __init__(self) -> None:
        super().__init__("identity")


class ExpiredSignInError(RefusedSignInError):
    """The token was good once: it is over, or its customer signed out since."""

    code = "identity_expired"
    sentence = _("Your sign-in has ended. Please reload the page; until then the chat goes on without it.")


class RetryError(FrameError):
    """It could not be stored now; nothing is lost on the visitor's side."""

    code = "retry"
    sentence = _("Not sent yet. We keep trying.")


class Closing(Exception):
    """The socket is to be closed with `close_code`."""

    def __init__(self, close_code: int) -> None:
        super().__init__(close_code)
        self.close_code = close_code
