"""Sites that were there before quiet hours came are alerted at night as they were: an update changes nothing that nobody asked for.

0014 gave them 22.00 to 06.00 as it does every new site. Those that stand as it left them are set back; whoever chose other hours keeps them.
"""

from typing import Any

from django.db import migrations
from django.db.migrations.recorder import MigrationRecorder

from widget.sites import quiet_hours

CAME_WITH = "0014_web_push_and_quiet_hours"


def keep_alerting(apps: Any, schema_editor: Any) -> None:
    applied = MigrationRecorder(schema_editor.connection).migration_qs.filter(app="widget", name=CAME_WITH).values_list("applied", flat=True).first()
    if applied is not None:
        sites = apps.get_model("widget", "Site").objects.filter(created_at__lt=applied, quiet_from=quiet_hours.FROM, quiet_until=quiet_hours.UNTIL)
        sites.update(quiet_from=None, quiet_until=None)


class Migration(migrations.Migration):
    dependencies = [("widget", "0018_audit_of_conversations")]
    # The way back changes nothing: the hours are the owner's by then.
    operations = [migrations.RunPython(keep_alerting, migrations.RunPython.noop)]
