"""What can stand between a domain name and a running chat. The message is what the administrator reads."""


class DeployError(Exception):
    """A step could not be done; the message says what happened, what was kept and what to do."""
