"""The owner's pages of fixed answers: small talk, opening hours, contacts."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from widget.rules.models import Rule
from widget.rules.starters import create_first_rules
from widget.sites.models import Site
from widget.sites.starters_admin import AnswersAdmin


@admin.register(Rule)
class RuleAdmin(AnswersAdmin):
    purpose = _("Fixed answers to short messages such as a greeting or “what are your hours”. They come before knowledge and model, and cost nothing.")
    form_purpose = _("A rule answers only when a message asks nothing else: “halo kak” gets the greeting, “halo kak, berapa ongkir?” is looked up.")
    empty_hint = _("No rules yet. A greeting, a thank-you and your opening hours are a good start.")
    starters_title = _("Start with ready-made rules")
    starters_text = _("Greeting, thanks, opening hours and contact, with the site's own name and hours. They answer at once; change them as you like.")
    list_display = ["name", "answer_start", "language", "position", "active"]
    list_editable = ["position", "active"]
    list_filter = ["active", "language", "site"]
    list_select_related = ["site"]
    search_fields = ["name", "phrases", "answer"]
    fieldsets = [
        (None, {"fields": ["site", "name", "phrases", "answer", "active"]}),
        (_("More"), {"classes": ["collapse"], "fields": ["language", "position"]}),
    ]

    @admin.display(description=_("answer"))
    def answer_start(self, rule: Rule) -> str:
        return rule.answer if len(rule.answer) <= 80 else f"{rule.answer[:79]}…"

    def create_starters(self, site: Site) -> int:
        return create_first_rules(site)
