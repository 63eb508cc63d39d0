"""What can stand between a domain name and a running chat. The message is what the administrator reads."""


class DeployError(Exception):
    """A step could not be done; the message says what happened, what was kept and what to do."""


def sentence_of(error: BaseException) -> str:
    """What to tell of whatever ended a step."""
    if isinstance(error, DeployError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return "It was stopped."
    if isinstance(error, OSError) and error.strerror:
        return (f"{error.filename}: " if error.filename else "") + f"{error.strerror}."
    return f"Something unforeseen happened ({type(error).__name__}: {error})."
