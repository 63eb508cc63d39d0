"""Gives people who had single permissions the nearest role at every site. What they had stays where it is, so the way back loses nothing."""

from typing import Any

from django.db import migrations

# The first role whose sign a person's permissions show.
SIGNS = (
    ("owner", {"change_site", "add_site", "change_user", "change_alerttarget", "add_alerttarget"}),
    ("agent", {"change_conversation", "add_entry", "change_entry", "add_rule", "change_rule"}),
    ("viewer", {"view_conversation", "view_entry", "view_rule", "view_site", "delete_conversation", "delete_entry", "delete_rule"}),
)


def give_roles(apps: Any, schema_editor: Any) -> None:
    users, permissions = apps.get_model("auth", "User"), apps.get_model("auth", "Permission")
    member = apps.get_model("widget", "Member")
    sites = list(apps.get_model("widget", "Site").objects.values_list("pk", flat=True))
    for person in users.objects.filter(is_staff=True, is_superuser=False):
        held = permissions.objects.filter(content_type__app_label__in=["widget", "auth"])
        names = {*held.filter(user=person).values_list("codename", flat=True), *held.filter(group__user=person).values_list("codename", flat=True)}
        role = next((role for role, signs in SIGNS if names & signs), None)
        if role:
            member.objects.bulk_create((member(site_id=site, user=person, role=role) for site in sites), ignore_conflicts=True)


def take_roles(apps: Any, schema_editor: Any) -> None:
    apps.get_model("widget", "Member").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("widget", "0004_members"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(give_roles, take_roles)]
