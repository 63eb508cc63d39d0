"""Why something a client asked for is not done, as a code that never changes and a sentence for people.

Raised by whoever carries a frame out, on any floor; told by the door it came through (realtime/operator_socket.py).
"""

from django.utils.functional import Promise


class RefusedError(Exception):
    """Not done, and nothing was changed. `fields` go with the code into the answer."""

    def __init__(self, code: str, sentence: str | Promise, **fields: object) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.fields = fields
