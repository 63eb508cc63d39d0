"""What ends a reading of a source beside what its file or website is to blame for (reading/errors.py, crawling/errors.py).

The docstring is what an owner reads, `code` is stable; a run keeps both (models.Run.sentence).
"""

from django.utils.translation import gettext_noop

from widget.knowledge.reading.errors import ReadingError


class SupersededError(Exception):
    """A newer attempt at this source has begun, or the run was ended: what this one still wants to write is not wanted any more."""


class ReadingLostError(Exception):
    """The child process that read a source ended in the middle of it."""

    retry_after: float | None = 2.0


class FileGoneError(ReadingError):
    __doc__ = gettext_noop("The uploaded file is not there any more. Upload it once more.")
    code = "file_gone"


class RefusedDownloadError(ReadingError):
    __doc__ = gettext_noop("The other server did not give the file. Open its address in your browser, and correct it if it does not open there either.")
    code = "download"


class NothingTakenError(ReadingError):
    __doc__ = gettext_noop("Nothing was found that could answer a question, so what was there before is still used.")
    code = "nothing_taken"


class FarLessError(ReadingError):
    __doc__ = gettext_noop("Less than half of what is used now was found, so what was there before is still used. Look at it, then use it or read it again.")
    code = "far_less"


class NothingToChooseError(ReadingError):
    __doc__ = gettext_noop("It says by itself what it holds, so there are no columns to choose.")
    code = "nothing_to_choose"


class TooLongError(ReadingError):
    __doc__ = gettext_noop("Reading took longer than allowed and was ended. What was there before is still used. Split it into smaller sources.")
    code = "too_long"


class TooMuchMemoryError(ReadingError):
    __doc__ = gettext_noop("Reading took more memory than allowed and was ended. What was there before is still used. Split it into smaller files.")
    code = "memory"


class GivenUpError(ReadingError):
    __doc__ = gettext_noop("Reading broke off several times and was given up. What was there before is still used. Try again, or look at the server's log.")
    code = "given_up"
