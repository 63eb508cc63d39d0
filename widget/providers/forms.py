"""The form of a provider: its key goes in and never comes out again. Used by admin.py."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from widget.lib.secrets import LostSecret, validate_storable
from widget.providers.models import Provider, clean_base_url

# Where the providers around us answer. Names of their own and addresses: nothing here is translated.
PRESETS = (
    ("OpenAI", "https://api.openai.com/v1"),
    ("Azure OpenAI", "https://RESOURCE.openai.azure.com/openai/v1"),
    ("Google Gemini", "https://generativelanguage.googleapis.com/v1beta/openai"),
    ("Meta", "https://api.meta.ai/v1"),
    ("Groq", "https://api.groq.com/openai/v1"),
    ("DeepSeek", "https://api.deepseek.com/v1"),
    ("Mistral", "https://api.mistral.ai/v1"),
    ("OpenRouter", "https://openrouter.ai/api/v1"),
    ("Together", "https://api.together.xyz/v1"),
    ("Ollama", "http://localhost:11434/v1"),
    ("llama.cpp", "http://localhost:8080/v1"),
    ("vLLM", "http://localhost:8000/v1"),
    ("LM Studio", "http://localhost:1234/v1"),
)
# Azure gives each customer a host of their own.
AZURE = ".openai.azure.com"
KNOWN_HOSTS = frozenset(parts.hostname for _name, url in PRESETS if (parts := urlsplit(url)).scheme == "https" and AZURE not in url)


def is_known(url: str) -> bool:
    """Whether it belongs to a public provider of the list: the only addresses an owner who does not run this server may have asked."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme == "https" and parts.port in (None, 443) and (host in KNOWN_HOSTS or host.endswith(AZURE))


def preset_list(any_address: bool = True) -> SafeString:
    rows = format_html_join("", "<li>{} <code>{}</code></li>", [preset for preset in PRESETS if any_address or is_known(preset[1])])
    return format_html("{}<details><summary>{}</summary><ul>{}</ul></details>", _("Where the provider answers."), _("Addresses of known providers"), rows)


def key_state(provider: Provider) -> str:
    """Says which key is stored without showing it."""
    if isinstance(provider.key, LostSecret):
        return _("A key is stored but cannot be opened, because FIELD_KEY changed. Enter it again.")
    if provider.key:
        shown = provider.key[-4:] if len(provider.key) >= 12 else ""
        return _("Stored: ••••%(end)s. Leave empty to keep it; a new base URL needs it again.") % {"end": shown}
    return _("No key is stored. Models on your own machine usually need none.")


class ProviderForm(forms.ModelForm):
    # Set by admin.py: whether whoever fills in the form may enter addresses outside the list.
    any_address = False
    new_key = forms.CharField(
        label=gettext_lazy("Key"),
        required=False,
        strip=True,
        max_length=500,
        validators=[validate_storable],
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    forget_key = forms.BooleanField(
        label=gettext_lazy("Remove the stored key"),
        required=False,
        help_text=gettext_lazy("For a model that needs none, or when the key belongs to nobody any more."),
    )

    class Meta:
        model = Provider
        fields = ("name", "base_url", "model", "site", "position", "active", "price_in", "price_out", "max_tokens", "temperature")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "base_url" in self.fields:
            self.fields["base_url"].help_text = preset_list(self.any_address)
        if "new_key" in self.fields:
            self.fields["new_key"].help_text = key_state(self.instance)

    def clean_base_url(self) -> str:
        url = clean_base_url(self.cleaned_data["base_url"])
        if not (self.any_address or url == self.initial.get("base_url") or is_known(url)):
            raise forms.ValidationError(_("Only the addresses of the list can be entered here. Whoever runs this server can enter others for you."))
        return url

    def clean_new_key(self) -> str:
        key: str = self.cleaned_data["new_key"]
        if not key.isascii() or any(character <= " " for character in key):
            raise forms.ValidationError(_("A key holds no spaces and no special letters. Copy it again from the provider's page."))
        return key

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("new_key"):
            self.instance.give_key(self.cleaned_data["new_key"])
        elif self.cleaned_data.get("forget_key"):
            self.instance.give_key("")
        return cleaned
