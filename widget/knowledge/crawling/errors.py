"""What makes a whole visit to a website useless, so that what was read before goes on answering. Raised by crawl.py and its parts.

As in reading/errors.py the docstring is what an owner reads and `code` is stable. `retryable`: whether the next scheduled visit may go better.
"""

from django.utils.translation import gettext_noop

from widget.knowledge.reading.errors import ReadingError


class CrawlingError(ReadingError):
    __doc__ = gettext_noop("The website could not be read. What was read before stays.")
    code = "crawling"
    retryable = False


class BadAddressError(CrawlingError):
    __doc__ = gettext_noop("This is not the address of a website. It looks like https://example.com.")
    code = "bad_address"


class PrivateSiteError(CrawlingError):
    __doc__ = gettext_noop("The address leads to this machine or a private network. To allow it, list its host:port in OUTBOUND_ALLOW_PRIVATE.")
    code = "private_target"


class ElsewhereError(CrawlingError):
    __doc__ = gettext_noop("The address leads on to another website. Enter that website's address instead.")
    code = "off_site"


class UnreachableSiteError(CrawlingError):
    __doc__ = gettext_noop("The website's first page could not be read. What was read before stays; look whether the address opens in your browser.")
    code = "unreachable"
    retryable = True


class NoTlsSiteError(UnreachableSiteError):
    __doc__ = gettext_noop(
        "The website does not speak https. What was read before stays; if it opens with http:// only, write its address with http:// in front."
    )
    code = "no_tls"


class BadCertificateSiteError(CrawlingError):
    __doc__ = gettext_noop("The website's certificate for https is not valid. What was read before stays; whoever runs the website has to renew it.")
    code = "bad_certificate"
    retryable = True


class RobotsUnreadableError(CrawlingError):
    __doc__ = gettext_noop("The website's robots.txt could not be read, so we do not know what we may read. What was read before stays; try again later.")
    code = "robots_unreadable"
    retryable = True


class RefusedByRobotsError(CrawlingError):
    __doc__ = gettext_noop("The website's robots.txt does not let us read it. What was read before stays; allow “Kanal” there, then try again.")
    code = "robots"


class FailingSiteError(CrawlingError):
    __doc__ = gettext_noop("The website stopped answering while we read it. What was read before stays; try again later.")
    code = "site_failing"
    retryable = True


class NothingReadableError(CrawlingError):
    __doc__ = gettext_noop("We found no page with text on this website. What was read before stays; look at the list of what was skipped.")
    code = "nothing_found"
