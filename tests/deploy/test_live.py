"""A server set up by `make server` below a folder, and updated under visitors: once well, once by a version that does not start and must go back."""

from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.files import read_environment
from deploy.update import restore_server, rotate_keys
from tests.promises import updates
from tests.promises.installed import DOMAIN, Installed

# About the file of SQLite, how it is kept and put back.
pytestmark = [pytest.mark.live, pytest.mark.sqlite]


def keys_of(ground: Installed) -> dict[str, str]:
    return {name: (ground.places.state / name).read_text() for name in ("secret.key", "field.key", "admin-password.txt")}


async def test_from_a_domain_to_a_chat_that_is_updated_and_goes_back_by_itself(tmp_path: Path) -> None:
    async with Installed(tmp_path) as ground:
        summary = ground.told[-1]
        assert f"https://{DOMAIN}/admin/" in summary and f'src="https://{DOMAIN}/widget.js?site=toko"' in summary
        assert keys_of(ground)["admin-password.txt"].strip() in summary
        assert read_environment(ground.places.environment)["SOCKETS_PER_ADDRESS_WITHOUT_TOKEN"] == "5000"
        assert ground.manage("check", "--deploy", "--fail-level", "WARNING").startswith("System check identified no issues")
        assert ground.rows("SELECT COUNT(*) FROM widget_site") == [(1,)]
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (ground.places.environment, ground.places.passphrase, ground.places.state)}
        assert modes == {"kanal.env": "0o640", "backup.passphrase": "0o640", "kanal": "0o700"}

        before, release = keys_of(ground), ground.releases.current()
        ground.set_up()
        assert keys_of(ground) == before and ground.releases.current() == release
        assert ground.rows("SELECT COUNT(*) FROM widget_site") == [(1,)]

        overlap = await updates.serve_beside_a_migration(ground, seconds=2)
        assert overlap.kept, overlap
        updated = await updates.update_under_streams(ground, lambda checkout: None, visitors=6, fails=False)
        assert updated.kept, updated
        broken = await updates.update_under_streams(ground, updates.break_start, visitors=6, fails=True)
        assert broken.kept, broken
        assert "The update was taken back" in broken.note and "The database was not changed." in broken.note
        # In the version's own words.
        assert broken.note.startswith("Kanal did not start: RuntimeError: this version is broken. The update was taken back")


async def test_a_backup_comes_back_and_keys_change_without_anybody_noticing(tmp_path: Path) -> None:
    async with Installed(tmp_path) as ground:
        await ground.play("tokens:3@50")
        async with ground.visitor() as visitor:
            first = await visitor.say("sebelum cadangan")
            await visitor.until(lambda: visitor.answer_to(first) is not None, 20)
            ground.manage("backup", str(ground.places.backups))
            backup = next(ground.places.backups.glob("kanal-*.kanal"))
            old, passphrase = keys_of(ground), ground.places.passphrase.read_text()
            rotate_keys(ground.places, ground.releases, ground.told.append)
            assert "1 secrets are encrypted" in ground.told[-1]
            new = keys_of(ground)
            assert new["field.key"] != old["field.key"] and old["secret.key"].strip() in new["secret.key"]
            second = await visitor.say("sesudah kunci baru")
            await visitor.until(lambda: visitor.answer_to(second) is not None, 20)
            assert visitor.resets == 0 and not visitor.faults

            with pytest.raises(DeployError, match="There is no backup"):
                restore_server(ground.places, tmp_path / "absent.kanal", ground.releases, print)
            ground.places.passphrase.write_text("that of another server")
            with pytest.raises(DeployError, match=r"Restoring failed: The passphrase does not open .* Nothing was changed"):
                restore_server(ground.places, backup, ground.releases, print)
            (tmp_path / "brought along").write_text(passphrase)
            restore_server(ground.places, backup, ground.releases, ground.told.append, str(tmp_path / "brought along"))
            assert keys_of(ground)["field.key"].split() == old["field.key"].split()
            await visitor.until(lambda: visitor.resets == 1, 20)
            assert [row["text"] for row in visitor.rows if row["author"] == "visitor"] == ["sebelum cadangan"]
