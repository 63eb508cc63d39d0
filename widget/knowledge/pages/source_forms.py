"""The four ways in as forms: a website, a file, a catalogue's address, pasted questions. Shown by source_add.py, which makes sources of what they hold."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from widget.knowledge.models import Source
from widget.knowledge.sources import intake
from widget.lib.outbound import BadUrlError
from widget.sites.models import Site

# A body holds the file and a little besides.
UPLOAD_BYTES = settings.REQUEST_BYTES - 65_536
UPLOAD_MB = UPLOAD_BYTES // 1_000_000
PASTED_LENGTH = 200_000
QUESTIONS, PRODUCTS = "questions", "products"


def too_large() -> str:
    return _("The file is larger than %(most)d MB. Split it and upload the parts one by one.") % {"most": UPLOAD_MB}


def clean_address(address: str) -> str:
    """As it was typed: an address without a scheme is tried by https and by http. Raises ValidationError."""
    try:
        intake.checked_address(address)
    except BadUrlError as error:
        raise ValidationError(error.sentence) from error
    return address.strip()


class _WayIn(forms.Form):
    """`site` is asked for only where there are several."""

    site = forms.ModelChoiceField(Site.objects.none(), label=gettext_lazy("Site"), empty_label=None)
    way = ""

    def __init__(self, sites: QuerySet[Site], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id=f"{self.way}_%s", label_suffix="")
        field = self.fields["site"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = sites
        field.initial = sites.first()
        if len(sites[:2]) < 2:
            field.widget = forms.HiddenInput()


class _Approval(_WayIn):
    needs_approval = forms.BooleanField(
        label=gettext_lazy("Wait for my approval"),
        required=False,
        help_text=gettext_lazy("Look at what was read before visitors get it, now and each time it changed."),
    )


def _holds(usually: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("What is in it"),
        choices=[(QUESTIONS, gettext_lazy("questions and answers, or a text")), (PRODUCTS, gettext_lazy("products with prices"))],
        initial=usually,
        help_text=gettext_lazy("Exports of WooCommerce, Shopify and Google Merchant are recognised by themselves."),
    )


class _Address(_Approval):
    address = forms.CharField(max_length=500, widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "class": "vTextField"}))
    every = forms.ChoiceField(label=gettext_lazy("Read again"), choices=Source.Every.choices)
    field_order: tuple[str, ...] = ("site", "address", "every", "needs_approval")

    def clean_address(self) -> str:
        return clean_address(self.cleaned_data["address"])


class WebsiteForm(_Address):
    way = "website"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].label = _("Address of your website")
        self.fields["address"].help_text = _(
            "The first page is enough, such as tokosaya.com; the others are found from it. Only pages of this website are read."
        )
        self.fields["every"].help_text = _("Changed pages are read again and pages that are gone are retired by themselves.")
        self.fields["every"].initial = Source.Every.WEEKLY


class CatalogueForm(_Address):
    """Any table behind an address; what it was made for are catalogues."""

    way = "catalogue"
    holds = _holds(PRODUCTS)
    field_order = ("site", "address", "holds", "every", "needs_approval")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].label = _("Address of your catalogue or table")
        self.fields["address"].help_text = _(
            "A feed for Google Merchant (XML, TSV) or any table (CSV, TSV, XLSX). Your shop's settings or your web developer know it; "
            "of a Google spreadsheet it is the one under File, Share, Publish to web, as CSV."
        )
        self.fields["every"].help_text = _("Prices, stock and answers are given as they were read last.")
        self.fields["every"].initial = Source.Every.DAILY


class FileForm(_Approval):
    way = "file"
    file = forms.FileField(
        label=gettext_lazy("File"),
        # Django's own sentence has another word for a file in Indonesian.
        error_messages={"empty": gettext_lazy("The file is empty. Save it again and upload it once more.")},
        help_text=format_lazy(
            gettext_lazy("PDF, Word (DOCX), Excel (XLSX), CSV, TSV, JSONL, Markdown, HTML or plain text, up to {megabytes} MB."), megabytes=UPLOAD_MB
        ),
    )
    holds = _holds(QUESTIONS)
    field_order = ("site", "file", "holds", "needs_approval")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs.update({"data-most": str(UPLOAD_BYTES), "data-too-large": too_large()})

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_BYTES:
            raise ValidationError(too_large())
        return file


class PasteForm(_WayIn):
    way = "paste"
    text = forms.CharField(
        label=gettext_lazy("Questions and answers"),
        max_length=PASTED_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "A question, below it its answer, then an empty line. “Q: … A: …”, “1. …” and “Open? - Yes” are understood too. They become your own entries."
        ),
    )


FORMS: tuple[type[_WayIn], ...] = (WebsiteForm, FileForm, CatalogueForm, PasteForm)
