"""An installation as the set-up command leaves it, with more sites beside the demo shop whose models do as the fake is told. Used by the journeys' fixtures.

demo      no model: own knowledge answers; its website signs its customers in (tests/websites.py)
model     one model, whose script the test sets: `model_server.set(MODEL, ...)`
broken    a model that breaks off in mid-answer, then the one of `model`
down      three models, all of which fail
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.driver import Server
from tests.websites import SECRET

MODEL = "juru-jawab"
BREAKING = "tokens:60@40+cut-after:20"
_PROVIDERS = {"model": [MODEL], "broken": [BREAKING, MODEL], "down": ["status:500", "status:429", "status:401"]}

_PREPARE = """
from django.contrib.auth.models import User
from widget.embed.demo.loader import load_demo
from widget.models import AllowedOrigin, Entry, Provider, Site
owner = User.objects.get(username="admin")
owner.first_name = "Sari"
owner.set_password({password!r})
owner.save()
demo = Site.objects.get(key="demo")
demo.identity_secret = {secret!r}
demo.save()
AllowedOrigin.objects.create(site=demo, origin={origin!r})
for key, models in {providers!r}.items():
    site = Site.objects.create(key=key, name="Toko Bu Sari", greeting="Halo Kak, ada yang bisa kami bantu?", whatsapp="6281234567890")
    AllowedOrigin.objects.create(site=site, origin={origin!r})
    if key == "down":
        load_demo(site)
    else:
        Entry.objects.create(site=site, title="Harga tas rotan", answer={note!r}, url="https://tokobusari.example/tas-rotan")
    for position, model in enumerate(models):
        Provider.objects.create(site=site, name=model[:80], base_url={model_url!r}, model=model, key="sk-fake", position=position)
"""
_NOTE = "Tas rotan bulat Rp189.000, ready stok. Rotan asli dengan kain batik di dalam dan tali kulit sapi, bisa dipilih bentuknya."
OWNER, PASSWORD = "admin", "kunci-toko-bu-sari"


def prepare(folder: Path, ports: tuple[int, int], origin: str, model_url: str) -> Path:
    """Fills a migrated data folder. `origin`: the website that may carry the tags; `ports`: of the chat and of the demo page, one after the other."""
    server = Server(folder)
    server.manage("set_up_demo", "--port", str(ports[0]))
    server.python(_PREPARE.format(origin=origin, providers=_PROVIDERS, model_url=model_url, note=_NOTE, password=PASSWORD, secret=SECRET))
    return folder


def copy(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to))


def stored(server: Server, key: str = "demo") -> list[Mapping[str, Any]]:
    """The log of the site's newest conversation, as it stands in the database."""
    code = (
        "import json\nfrom widget.models import Conversation, Message\n"
        f"talk = Conversation.objects.filter(site__key={key!r}).latest('pk')\n"
        "rows = Message.objects.filter(conversation=talk).order_by('seq').values('seq', 'author', 'text', 'client_id')\n"
        "print(json.dumps(list(rows)))"
    )
    return list(json.loads(server.python(code).splitlines()[-1]))
