"""What can go wrong with the record. Raised by the modules of this package; caught at the doors."""


class ConversationError(Exception):
    """The conversation could not be read or changed."""


class BadTokenError(ConversationError):
    """The visitor's token is not valid for this site."""


class IdentityError(ConversationError):
    """The website's token does not say who is signed in; the text says why, for the log."""


class IdentityExpiredError(IdentityError):
    """The token was good once: it is over, or whom it names has signed out since."""


class ConflictError(ConversationError):
    """The same message id was used before with another text."""


class ConversationGoneError(ConversationError):
    """The conversation was removed; the next message starts a new one."""


class SupersededError(ConversationError):
    """Somebody else holds this answer now, so this one was not written."""


class EmptyReplyError(ConversationError):
    """A reply or a note without text cannot be sent."""


class TakenError(ConversationError):
    """Somebody else has this conversation; `operator_id` says who."""

    def __init__(self, operator_id: int) -> None:
        super().__init__(self.__doc__)
        self.operator_id = operator_id


class TagGoneError(ConversationError):
    """There is no such tag at this site any more."""


class RatingError(ConversationError):
    """There is no answer here that can be rated so."""
