"""`make update` under visitors: the new version comes, or does not get well and the old one comes back, and nothing is lost either way. R35 among it."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from deploy import machine
from deploy.errors import DeployError
from deploy.update import update_server
from tests.promises.ground import Ground
from tests.promises.installed import Installed
from tests.promises.oracle import Result, compare
from tests.promises.visitor import Visitor

SCRIPT = "tokens:30@15"
ANSWERED_WITHIN = 60.0
# What a later version may do to a table while this one still writes to it: a column with a default in the database, an index, a table.
MIGRATION = '''"""Made up by a test."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("widget", "{after}")]
    operations = [
        migrations.AddField("message", "mood", models.CharField(max_length=20, null=True)),
        migrations.AddField("turn", "weight", models.IntegerField(db_default=1)),
        migrations.AddIndex("message", models.Index(fields=["mood"], name="message_mood")),
        migrations.CreateModel("Later", [("id", models.BigAutoField(primary_key=True)), ("note", models.TextField())]),
    ]
'''
BROKEN = "\n\ndef with_health(application):\n    raise RuntimeError('this version is broken')\n"


def add_migration(checkout: Path) -> None:
    folder = checkout / "widget/migrations"
    last = sorted(path.stem for path in folder.glob("0*.py"))[-1]
    (folder / f"{int(last[:4]) + 1:04}_made_up.py").write_text(MIGRATION.replace("{after}", last))


def break_start(checkout: Path) -> None:
    _append(checkout / "widget/ops/health.py", BROKEN)


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text() + text)


async def update_under_streams(ground: Installed, change: Callable[[Path], None], visitors: int, fails: bool, seconds: float = 15) -> Result:
    """So many answers are being written when the update begins, and questions keep coming while it runs."""
    result = Result("R35", "an update, or a failed one taken back, while visitors talk")
    await ground.play(SCRIPT)
    change(ground.checkout)
    before = ground.releases.current()
    async with AsyncExitStack() as stack:
        talking = [await stack.enter_async_context(ground.visitor(seed=number)) for number in range(visitors)]
        asked = [(visitor, await visitor.say(f"sebelum {number}")) for number, visitor in enumerate(talking)]
        await talking[-1].until(lambda: talking[-1].reply is not None, ANSWERED_WITHIN)
        update = asyncio.create_task(asyncio.to_thread(_update, ground, seconds))
        number = 0
        while not update.done():
            visitor = talking[number % visitors]
            if not visitor.outbox:
                asked.append((visitor, await visitor.say(f"selama {number}")))
            number += 1
            await asyncio.sleep(max(0.1, 10 / visitors))
        failed = update.result()
        began = time.monotonic()
        await asyncio.gather(*(_answered(visitor, message_id, result) for visitor, message_id in asked))
        result.longest_wait = time.monotonic() - began
        compare(ground, talking, result)
        result.faults += [f"the line said {code}" for visitor in talking for code in visitor.errors]
    result.trials = len(asked)
    result.note = failed or "updated"
    if bool(failed) != fails or (ground.releases.current() == before) != fails:
        result.faults.append(f"it ended with {failed or 'the new version'}")
    return result


def _update(ground: Installed, seconds: float) -> str:
    try:
        update_server(ground.places, ground.checkout, ground.releases, ground.told.append, pull=False, seconds=seconds)
    except DeployError as error:
        return str(error)
    return ""


async def _answered(visitor: Visitor, message_id: str, result: Result) -> None:
    try:
        await visitor.answered(message_id, ANSWERED_WITHIN)
    except TimeoutError:
        result.faults.append(f"{message_id}: no answer within {ANSWERED_WITHIN:.0f} s")


async def serve_on_a_newer_schema(ground: Ground, trials: int) -> Result:
    """R35: this version serves for `trials` seconds on the tables of a later one; then the later one is installed under 50 streams."""
    result = Result("R35", "the old version on the schema of a new one, then the update under streams (questions)")
    folder = ground.server.data_dir.parent / f"{ground.server.data_dir.name}-installed"
    async with Installed(folder) as installed:
        overlap = await serve_beside_a_migration(installed, trials)
        update = await update_under_streams(installed, lambda checkout: None, visitors=50 if trials >= 60 else 8, fails=False)
    result.add(overlap)
    result.add(update)
    result.longest_wait = update.longest_wait
    result.note = f"{trials} s of overlap"
    return result


async def serve_beside_a_migration(ground: Installed, seconds: int) -> Result:
    """Questions all the time while another version changes the tables, and for so long after."""
    result = Result("R35", "overlap")
    await ground.play("tokens:5@50")
    add_migration(ground.checkout)
    new = await asyncio.to_thread(ground.releases.make, ground.checkout)
    async with AsyncExitStack() as stack:
        talking = [await stack.enter_async_context(ground.visitor(seed=number)) for number in range(5)]
        migrated = asyncio.create_task(asyncio.to_thread(_migrate, ground, new))
        until = time.monotonic() + seconds
        while time.monotonic() < until or not migrated.done():
            asked = [(visitor, await visitor.say(f"tanya {time.monotonic()}")) for visitor in talking]
            await asyncio.gather(*(_answered(visitor, message_id, result) for visitor, message_id in asked))
            result.trials += len(asked)
        await migrated
        compare(ground, talking, result)
        result.faults += [f"the line said {code}" for visitor in talking for code in visitor.errors]
    result.faults += [line for line in ground.systemd.journal if "ERROR" in line or "Traceback" in line]
    return result


def _migrate(ground: Installed, release: Path) -> None:
    machine.manage(ground.places, release, "migrate", "--no-input")


FULL = {"R35": (serve_on_a_newer_schema, 60)}
