"""The form of one alert: each kind shows its own fields in its own words, and a secret goes in but never out. Used by admin.py."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from widget.ops.alerts.models import AlertTarget

Kind = AlertTarget.Kind
ADDRESS_LABELS: dict[str, Any] = {Kind.EMAIL: _("E-mail address"), Kind.TELEGRAM: _("Chat"), Kind.WEBHOOK: _("Web address")}
ADDRESS_HELP: dict[str, Any] = {
    Kind.EMAIL: _("Your own, one you read on your phone."),
    Kind.TELEGRAM: _("Leave it empty: after saving, the chat is found when you press Start."),
    Kind.WEBHOOK: _("The address of your own program; it receives a signed POST with JSON."),
}
SECRET_LABELS: dict[str, Any] = {Kind.TELEGRAM: _("Bot token"), Kind.WEBHOOK: _("Signing secret")}
SECRET_HELP: dict[str, Any] = {
    Kind.TELEGRAM: _("In Telegram write /newbot to @BotFather and paste the token it gives you."),
    Kind.WEBHOOK: _("At least 16 characters that your program knows too. It proves that the message comes from here."),
}


class SecretField(forms.CharField):
    """Never shows what is stored; left empty, it has not changed."""

    widget = forms.PasswordInput(attrs={"autocomplete": "off", "class": "vTextField"})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class AlertTargetForm(forms.ModelForm):
    # Set by the admin for each request: the kind of the row, or the one chosen for a new row.
    kind = ""

    class Meta:
        model = AlertTarget
        fields = ("site", "secret", "address", "on_waiting", "on_provider_failed", "active")
        field_classes = {"secret": SecretField}
        help_texts = {
            "on_waiting": _("One message each time somebody begins to wait."),
            "on_provider_failed": _("At most one message in a quarter of an hour for the same reason."),
        }
        widgets = {"secret": SecretField.widget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = self.kind
        self._word_address()
        if self.kind == Kind.EMAIL:
            self.fields.pop("secret", None)
        elif "secret" in self.fields:
            self._word_secret()

    def clean_secret(self) -> str:
        """Nothing typed keeps what is stored."""
        return self.cleaned_data["secret"] or self.instance.secret

    def _word_address(self) -> None:
        if "address" in self.fields:
            field = self.fields["address"]
            field.label, field.help_text = ADDRESS_LABELS[Kind(self.kind)], ADDRESS_HELP[Kind(self.kind)]
            field.required = self.kind != Kind.TELEGRAM

    def _word_secret(self) -> None:
        field, stored = self.fields["secret"], self.instance.secret
        field.label = SECRET_LABELS[Kind(self.kind)]
        field.required = not stored
        kept = gettext("Stored, ending with %(tail)s. Leave this empty to keep it.") % {"tail": stored[-4:]}
        field.help_text = kept if stored else SECRET_HELP[Kind(self.kind)]
