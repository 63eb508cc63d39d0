"""What makes a whole file unusable. The docstring is what an owner reads, `code` is stable; raised by the readers, shown by whoever started the run."""

from django.utils.translation import gettext_noop

from widget.lib.told_errors import ToldError


class ReadingError(ToldError):
    __doc__ = gettext_noop("The file could not be read. Save it again and upload it once more.")
    code = "reading"


class UnknownFormatError(ReadingError):
    __doc__ = gettext_noop("We cannot read this kind of file. Use PDF, DOCX, XLSX, CSV, TSV, JSONL, Markdown, HTML or plain text.")
    code = "unknown_format"


class OldOfficeError(ReadingError):
    __doc__ = gettext_noop("This file is in the format of Word or Excel before 2007. Save it as DOCX or XLSX and upload that.")
    code = "old_office"


class EmptyFileError(ReadingError):
    __doc__ = gettext_noop("The file is empty. Save it again and upload it once more.")
    code = "empty_file"


class BrokenFileError(ReadingError):
    __doc__ = gettext_noop("The file is damaged or not complete. Open it on your computer, save it again and upload it once more.")
    code = "broken"


class EncryptedError(ReadingError):
    __doc__ = gettext_noop("The file is locked with a password. Save a copy without a password and upload that.")
    code = "encrypted"


class NoTextError(ReadingError):
    __doc__ = gettext_noop("The file holds only pictures and no text we can read. Upload a file with text, or write what it says as an entry.")
    code = "no_text"


class FileTooLargeError(ReadingError):
    __doc__ = gettext_noop("The file, or what is packed into it, is larger than allowed. Split it into smaller files and upload them one by one.")
    code = "too_large"


class TooSlowError(ReadingError):
    __doc__ = gettext_noop("Reading the file took longer than allowed. Split it into smaller files and upload them one by one.")
    code = "too_slow"


class UnsafeFileError(ReadingError):
    __doc__ = gettext_noop("The file is built in a way that no program for office work does, so we did not open it. Export it again and upload that.")
    code = "unsafe"


class EncodingError(ReadingError):
    __doc__ = gettext_noop("The letters of this file cannot be read. Save it with the encoding UTF-8 and upload it once more.")
    code = "encoding"


class NoColumnsError(ReadingError):
    __doc__ = gettext_noop("We could not tell which column holds the question and which the answer. Choose the columns and try again.")
    code = "no_columns"


class ChatError(ReadingError):
    __doc__ = gettext_noop(
        "This is a copied chat, with times and names in it. Nothing was taken, since visitors would read all of that. "
        "Write each question out and its answer below it. Old chats cannot be brought along yet."
    )
    code = "chat"


class NothingFoundError(ReadingError):
    __doc__ = gettext_noop("We found nothing in this file that could answer a question. Look whether it is the right file and the right format.")
    code = "nothing_found"
