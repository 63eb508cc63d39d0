"""What can go wrong with the record. Raised by log.py, turns.py, takeover.py and tokens.py; caught at the doors."""


class ConversationError(Exception):
    """The conversation could not be read or changed."""


class BadTokenError(ConversationError):
    """The visitor's token is not valid for this site."""


class ConflictError(ConversationError):
    """The same message id was used before with another text."""


class ConversationGoneError(ConversationError):
    """The conversation was removed; the next message starts a new one."""


class SupersededError(ConversationError):
    """Somebody else holds this answer now, so this one was not written."""


class EmptyReplyError(ConversationError):
    """A reply without text cannot be sent."""
