"""An installation with its tables, one site and one model, made once per process and copied for each ground: making it takes longer than many a trial.

Used by ground.py. An installation on a database server of its own (scaled_ground.py, outages.py) is filled anew.
"""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests import databases
from tests.driver import Server
from tests.promises.visitor import ORIGIN

KEY = "toko"
PROVIDER = """
from widget.providers.models import Provider
from widget.sites.models import Site
Site.objects.update(whatsapp="+6281234567890")
provider = Provider(name="Fake", base_url="{url}", model="answering")
provider.give_key("sk-fake") if hasattr(provider, "give_key") else None
provider.save()
"""
_NO_MODEL = "http://127.0.0.1:9/v1"


def fits(server: Server) -> bool:
    """Whether it is on the database that every installation of this run is on."""
    return server.env.get("DATABASE_URL", "") == databases.address_of(server.data_dir)


def copy_to(server: Server, model_url: str) -> None:
    databases.copy_installation(_template(), server.data_dir)
    databases.change(server.data_dir, "UPDATE widget_provider SET base_url = ?", model_url)


def fill(server: Server, model_url: str) -> None:
    server.data_dir.mkdir(parents=True, exist_ok=True)
    server.manage("migrate", "-v", "0")
    server.manage("create_site", KEY, "--name", "Toko", "--origin", ORIGIN)
    server.python(PROVIDER.format(url=model_url))


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kanal-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    fill(Server(folder), _NO_MODEL)
    return folder
