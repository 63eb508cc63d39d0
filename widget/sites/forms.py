"""Forms of the site's page: addresses typed in any way, and a week of opening hours to fill in. Used by sites/admin.py."""

from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from widget.sites.holidays import Holiday
from widget.sites.models import AllowedOrigin, OpeningHours, Site
from widget.sites.origins import normalise_origin

INDONESIA = (("Asia/Jakarta", "WIB · Asia/Jakarta"), ("Asia/Makassar", "WITA · Asia/Makassar"), ("Asia/Jayapura", "WIT · Asia/Jayapura"))
ADDRESS_FIELD = {"class": "vTextField", "placeholder": "tokosaya.com", "inputmode": "url", "autocapitalize": "off", "autocomplete": "off"}
TIME_FORMATS = ["%H:%M", "%H:%M:%S"]


def time_zone_choices() -> list[tuple[str, Any]]:
    """Indonesia's three first, then every place of the world."""
    known = {name for name, _label in INDONESIA}
    others = sorted(name for name in available_timezones() if "/" in name and name not in known and not name.startswith(("Etc/", "SystemV/")))
    return [(str(_("Indonesia")), INDONESIA), (str(_("Elsewhere")), [(name, name.replace("_", " ")) for name in [*others, "UTC"]])]


def clock_field(label: Any, help_text: Any = "") -> forms.TimeField:
    """A time of day that may stay empty. Browsers send hours and minutes with a colon in every language."""
    widget = forms.TimeInput(attrs={"type": "time"}, format=TIME_FORMATS[0])
    return forms.TimeField(label=label, help_text=help_text, required=False, input_formats=TIME_FORMATS, widget=widget)


def check_quiet_hours(form: forms.ModelForm) -> None:
    """`quiet_from` and `quiet_until` are both given, or none."""
    begins, ends = form.cleaned_data.get("quiet_from"), form.cleaned_data.get("quiet_until")
    if not {"quiet_from", "quiet_until"} & form.errors.keys() and (begins is None) != (ends is None):
        form.add_error("quiet_until", _("Give both times, or none."))
    elif begins is not None and begins == ends:
        form.add_error("quiet_until", _("The two times are the same. Empty both to have no quiet hours."))


class SiteForm(forms.ModelForm):
    quiet_from = clock_field(_("Quiet from"), _("In these hours alerts are kept, and told in one summary at their end. Empty: they go out at night too."))
    quiet_until = clock_field(_("Quiet until"), _("When alerts are told again."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zone_choices, initial="Asia/Jakarta", help_text=_("Opening hours and days are counted in it.")
    )

    class Meta:
        model = Site
        # The admin adds the others.
        fields = ["accent", "greeting", "time_zone", "link_hosts"]
        help_texts = {
            "kind": _("Chooses the questions and sentences the site starts with."),
            "address_form": _("In Indonesian sentences of the chat: “Halo Kak”, “Halo Anda”."),
            "accent": _("Of the button and of what visitors write. Take the colour of your brand."),
        }
        widgets = {
            "accent": forms.TextInput(attrs={"type": "color"}),
            "greeting": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "link_hosts": forms.Textarea(attrs={**ADDRESS_FIELD, "rows": 3, "class": "vLargeTextField", "placeholder": "tokopedia.com"}),
        }

    def clean_link_hosts(self) -> str:
        """One host per line, whatever of its address was typed."""
        typed = self.cleaned_data["link_hosts"].split()
        return "\n".join(dict.fromkeys((urlsplit(normalise_origin(one)).hostname or "").removeprefix("www.") for one in typed))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "quiet_from" in self.fields:
            check_quiet_hours(self)
        return cleaned


class OriginForm(forms.ModelForm):
    """Takes "tokosaya.com" and keeps "https://tokosaya.com"."""

    class Meta:
        model = AllowedOrigin
        fields = ["origin"]
        help_texts = {"origin": _("The address of your website, for example tokosaya.com.")}
        widgets = {"origin": forms.TextInput(attrs=ADDRESS_FIELD)}

    def clean_origin(self) -> str:
        return normalise_origin(self.cleaned_data["origin"])

    def save(self, commit: bool = True) -> AllowedOrigin:
        if self.instance.pk and "origin" in self.changed_data:
            # Another website: nobody has been seen there yet.
            self.instance.first_seen_at = None
        return super().save(commit)


class HoursForm(forms.ModelForm):
    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens", "closes"]
        help_texts = {
            "weekday": _("A day may have two rows, for a break in between."),
            "opens": _("In the site's time zone."),
            "closes": _("For hours past midnight add the next day from 00:00."),
        }
        widgets = {name: forms.TimeInput(attrs={"type": "time"}, format=TIME_FORMATS[0]) for name in ("opens", "closes")}
        field_classes = {"opens": forms.TimeField, "closes": forms.TimeField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("opens", "closes"):
            self.fields[name].input_formats = TIME_FORMATS  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and opens >= closes:
            raise forms.ValidationError(_("The hours must end after they begin. For hours past midnight add the next day from 00:00."))
        return cleaned


class HolidayForm(forms.ModelForm):
    """One day or several; without hours it is closed. The last day may be left empty for one day."""

    class Meta:
        model = Holiday
        fields = ["name", "first", "last", "opens", "closes"]
        day, moment = {"type": "date"}, {"type": "time"}
        widgets = {
            "first": forms.DateInput(attrs=day, format="%Y-%m-%d"),
            "last": forms.DateInput(attrs=day, format="%Y-%m-%d"),
            "opens": forms.TimeInput(attrs=moment, format=TIME_FORMATS[0]),
            "closes": forms.TimeInput(attrs=moment, format=TIME_FORMATS[0]),
        }
        field_classes = {"first": forms.DateField, "last": forms.DateField, "opens": forms.TimeField, "closes": forms.TimeField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last"].required = False
        for name in ("opens", "closes"):
            self.fields[name].input_formats = TIME_FORMATS  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        first, opens, closes = cleaned.get("first"), cleaned.get("opens"), cleaned.get("closes")
        if first and not cleaned.get("last"):
            cleaned["last"] = first
        if first and cleaned["last"] < first:
            raise forms.ValidationError(_("The last day must not be before the first."))
        if bool(opens) != bool(closes) or (opens and closes and opens >= closes):
            raise forms.ValidationError(_("Give both hours, the end after the beginning, or none where it is closed all day."))
        return cleaned


class WeekFormSet(forms.BaseInlineFormSet):
    """Offers an empty row for each weekday that has no hours; a row left without times is not stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        site = kwargs.get("instance")
        taken = set(site.hours.values_list("weekday", flat=True)) if site is not None and site.pk else set()
        missing = [day for day in OpeningHours.Weekday.values if day not in taken]
        super().__init__(*args, initial=[{"weekday": day} for day in missing], **kwargs)
        self.extra = len(missing)
