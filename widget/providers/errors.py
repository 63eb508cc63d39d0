"""Why a model did not answer. Raised by the wires, decided upon by failover.py, shown to the owner by admin.py and alerts, never to visitors.

A class's docstring is the sentence the owner reads (translated by `describe`); `code` is stable and stands in the database, in
`reply.dropped` frames and in alerts.
"""

from django.utils.translation import gettext, gettext_noop

from widget.providers.chat import ProviderSettings

DETAIL_CHARACTERS = 300


class ProviderError(Exception):
    """`detail` is what the provider itself said: for the owner only, cut short and without our key.

    `retryable`: it may work by itself later. `fault`: it counts against the provider (see breaker.py); a question it would not take does not.
    """

    __doc__ = gettext_noop("The model failed in a way we do not know.")
    code = "failed"
    retryable = True
    fault = True

    def __init__(self, detail: str = "", status: int = 0) -> None:
        super().__init__()
        self.detail, self.status = " ".join(detail.split())[:DETAIL_CHARACTERS], status

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class UnauthorizedError(ProviderError):
    __doc__ = gettext_noop("The provider refused the key. Enter a new one.")
    code = "unauthorized"
    retryable = False


class NoCreditError(ProviderError):
    __doc__ = gettext_noop("The account at the provider has no credit left, or its monthly limit is reached.")
    code = "no_credit"
    retryable = False


class ForbiddenError(ProviderError):
    __doc__ = gettext_noop("The provider does not allow this: the key may lack a permission, or the service is closed to this country or account.")
    code = "forbidden"
    retryable = False


class NotFoundError(ProviderError):
    __doc__ = gettext_noop("The provider knows no such address or model. Check the base URL and the name of the model.")
    code = "not_found"
    retryable = False


class RetiredError(ProviderError):
    __doc__ = gettext_noop("The provider has withdrawn this model. Choose its successor.")
    code = "retired"
    retryable = False


class MovedError(ProviderError):
    __doc__ = gettext_noop("The provider's address sends us elsewhere. Enter the final address as base URL.")
    code = "moved"
    retryable = False


class RejectedError(ProviderError):
    __doc__ = gettext_noop("The provider did not accept the request.")
    code = "rejected"
    retryable = False
    fault = False
    # The optional fields of our request that the provider named in its refusal.
    fields: tuple[str, ...] = ()


class TooLongError(ProviderError):
    __doc__ = gettext_noop("The conversation and the knowledge found for it are too long for this model.")
    code = "too_long"
    retryable = False
    fault = False


class FilteredError(ProviderError):
    __doc__ = gettext_noop("The provider's content filter stopped the answer.")
    code = "filtered"
    retryable = False
    fault = False


class RateLimitedError(ProviderError):
    __doc__ = gettext_noop("The provider is receiving too many requests from this account right now.")
    code = "rate_limited"


class ServerError(ProviderError):
    __doc__ = gettext_noop("The provider has a fault or is overloaded.")
    code = "server_error"


class SlowError(ProviderError):
    __doc__ = gettext_noop("The provider did not begin to answer in time.")
    code = "timeout"


class StalledError(ProviderError):
    __doc__ = gettext_noop("The answer began and then stopped coming.")
    code = "stalled"


class CutError(ProviderError):
    __doc__ = gettext_noop("The answer broke off before its end.")
    code = "cut"


class EmptyError(ProviderError):
    __doc__ = gettext_noop("The model ended without saying anything.")
    code = "empty"


class GarbageError(ProviderError):
    __doc__ = gettext_noop("Something that is not a model answered. Check the base URL.")
    code = "garbage"


class RefusedConnectionError(ProviderError):
    __doc__ = gettext_noop("Nothing answers at the provider's address. If the model runs on your own machine, check that it is started.")
    code = "refused_connection"


class UnknownHostError(ProviderError):
    __doc__ = gettext_noop("The provider's address does not exist, or this server cannot look up addresses (DNS).")
    code = "unknown_host"


class CertificateError(ProviderError):
    __doc__ = gettext_noop("The provider's certificate could not be trusted.")
    code = "bad_certificate"


class LostKeyError(ProviderError):
    __doc__ = gettext_noop("The stored key cannot be opened, because FIELD_KEY changed. Enter the key again.")
    code = "lost_key"
    retryable = False


class PausedError(ProviderError):
    __doc__ = gettext_noop("The provider failed several times in a row and is only tried now and then.")
    code = "paused"


# In the place of whatever else went wrong meanwhile: the provider may have been well all the time.
class OversleptError(ProviderError):
    __doc__ = gettext_noop("This server itself stood still while the model answered, so the model was asked again.")
    code = "overslept"
    fault = False


class AllProvidersFailed(Exception):
    """No provider is left to ask. `failures` holds one (provider, error) for each that was tried or skipped, in order."""

    def __init__(self, failures: tuple[tuple[ProviderSettings, ProviderError], ...] = ()) -> None:
        self.failures = failures
        super().__init__(", ".join(f"{provider}: {error.code}" for provider, error in failures) or "no provider")


def _kinds() -> dict[str, type[ProviderError]]:
    kinds: list[type[ProviderError]] = [ProviderError, *ProviderError.__subclasses__()]
    return {kind.code: kind for kind in kinds}


def describe(code: str) -> str:
    """The owner's sentence for a code, in the active language; unknown codes get the general one."""
    return gettext(_kinds().get(code, ProviderError).__doc__ or "")


def refusal(status: int, code: str, message: str) -> ProviderError:
    """The error for an HTTP status (0 = none: an error inside a stream), the provider's own `code` and its text. Many servers differ only in the text."""
    told = f"{code} {message}".lower()
    kind = _told_kind(told) or _STATUS_KINDS.get(status) or (ServerError if status >= 500 or not status else RejectedError)
    if kind is RetiredError and status not in (0, 400, 404, 410):
        kind = _STATUS_KINDS.get(status, ServerError)
    if 300 <= status < 400:
        kind = MovedError
    return kind(message or code, status)


_STATUS_KINDS: dict[int, type[ProviderError]] = {
    401: UnauthorizedError,
    402: NoCreditError,
    403: ForbiddenError,
    404: NotFoundError,
    405: NotFoundError,
    408: SlowError,
    410: RetiredError,
    413: TooLongError,
    429: RateLimitedError,
    451: ForbiddenError,
}
_TOLD_KINDS: tuple[tuple[tuple[str, ...], type[ProviderError]], ...] = (
    (("insufficient_quota", "insufficient_balance", "insufficient balance", "billing_hard_limit", "billing_not_active"), NoCreditError),
    (("context_length_exceeded", "maximum context length", "context window", "prompt is too long", "exceeds the available context"), TooLongError),
    (("invalid_api_key", "incorrect api key", "invalid api key", "authentication_error"), UnauthorizedError),
    (("model_deprecated", "model_decommissioned", "has been deprecated", "has been retired", "decommissioned", "no longer available"), RetiredError),
    (("model_not_found",), NotFoundError),
    (("content_filter", "content_policy", "responsibleaipolicy"), FilteredError),
    (("rate_limit", "rate limit", "too many requests"), RateLimitedError),
)


def _told_kind(told: str) -> type[ProviderError] | None:
    return next((kind for words, kind in _TOLD_KINDS if any(word in told for word in words)), None)
