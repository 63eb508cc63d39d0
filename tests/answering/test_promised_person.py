"""A promise of a person is always a transfer: what the model or a rule says in its own words makes the conversation wait, and nothing else does."""

from collections.abc import Callable

import pytest
from django_tasks_db.models import DBTaskResult

from tests.answering.notebook import Notebook, ask
from tests.waiting import soon
from widget.answering import sentences
from widget.answering.promised_person import promises_person
from widget.answering.runner import runner
from widget.conversations.models import Conversation
from widget.lib import database
from widget.providers.models import Provider
from widget.rules.models import Rule
from widget.rules.starters import create_first_rules
from widget.sites.models import Site
from widget.sites.registry import settings_of

AddModel = Callable[[str], Provider]
PROMISES = [
    "Saya sambungkan ke admin ya, Kak.",
    "Baik Kak, pertanyaannya kami teruskan ke tim kami. Mohon tunggu sebentar.",
    "Saya tidak yakin soal itu, jadi saya teruskan dulu ke tim kami ya.",
    "Kalau begitu, saya sambungkan Kakak dengan admin kami.",
    "Pertanyaan Kakak sudah diteruskan ke tim.",
    "Sebentar ya, saya panggilkan orang dari toko.",
    "Tim kami akan segera menghubungi Kakak.",
    "Nanti admin akan membalas di sini.",
    "Sedang kami sampaikan ke petugas.",
    "Saya akan menghubungkan Kakak dengan CS kami.",
    "Maaf, infonya belum ada. Akan saya tanyakan ke admin.",
    "I'll connect you with a colleague right away.",
    "Let me transfer you to a human agent.",
    "We’ve passed your question on to our team.",
    "Your question has been forwarded to our staff.",
    "Someone from our team will get back to you shortly.",
    "A person will be with you soon!",
    "I am not sure about that. I will ask our team and they will answer here.",
]
NOTHING_PROMISED = [
    "Mau saya sambungkan ke admin?",
    "Kalau mau, saya sambungkan ke admin.",
    "Kakak bisa menghubungi admin kami di WhatsApp 0812.",
    "Silakan hubungi tim kami di nomor ini.",
    "Setelah checkout, admin kami akan menghubungi Kakak.",
    "Saya tidak bisa meneruskan ini ke tim.",
    "Tim kami siap membantu setiap hari.",
    "Kami belum menghubungkan toko ini dengan admin mana pun.",
    "Ongkir ke Bandung Rp10.000, sampai dalam dua hari.",
    "Untuk satu orang harganya Rp50.000, untuk dua orang Rp90.000.",
    "Would you like me to connect you with our team?",
    "If you like, I will connect you with our team.",
    "You can reach our team on WhatsApp.",
    "I can't transfer you to a person.",
    "Our team is here from 8 to 5.",
    "Once you have paid, our team will contact you.",
    "This bag fits one person.",
    "",
]


@pytest.mark.parametrize("text", PROMISES)
def test_a_promise_is_heard(text: str) -> None:
    assert promises_person(text)
    assert promises_person(f"Halo Kak!\n{text}\nTerima kasih.")


@pytest.mark.parametrize("text", NOTHING_PROMISED)
def test_offers_conditions_and_directions_promise_nothing(text: str) -> None:
    assert not promises_person(text)


def test_the_rules_we_ship_promise_nothing(site: Site) -> None:
    create_first_rules(site)
    assert not [rule.answer for rule in Rule.objects.all() if promises_person(rule.answer)]


async def test_our_own_sentences_of_a_transfer_are_known_as_such(site: Site) -> None:
    shown = await database.read(lambda: settings_of(Site.objects.get()))
    for locale in ("id", "en"):
        said = await database.read(lambda: [sentences.unanswered(shown, locale, False), sentences.person_called(shown, locale)])  # noqa: B023 (read at once)
        assert all(promises_person(sentence) for sentence in said), said


async def waits(conversation_id: int) -> tuple[str, list[str]]:
    handler = await database.read(lambda: Conversation.objects.get(pk=conversation_id).handler)
    return handler, await database.read(lambda: [job.args_kwargs["args"][0] for job in DBTaskResult.objects.all()])


@pytest.mark.parametrize("text", [PROMISES[0], PROMISES[11]])
async def test_what_a_model_promises_without_the_mark_happens(site: Site, notebook: Notebook, add_model: AddModel, text: str) -> None:
    await database.write(add_model, f"text:{text}")
    stored = await ask(site, "Apa bisa custom?")
    assert (await notebook.answer()).text == text
    assert await waits(stored.conversation_id) == ("waiting", ["alert.visitor_waits"])


async def test_an_answer_that_promises_nothing_leaves_the_conversation_with_the_assistant(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await database.write(add_model, "text:Tim kami siap membantu setiap hari.")
    stored = await ask(site, "Apa bisa custom?")
    await notebook.answer()
    assert await waits(stored.conversation_id) == ("bot", [])


async def test_what_a_rule_promises_happens(site: Site, notebook: Notebook) -> None:
    await database.write(lambda: Rule.objects.create(site=site, name="Komplain", phrases="barang rusak", answer="Maaf, Kak. Saya sambungkan ke admin.").pk)
    stored = await ask(site, "barang rusak")
    assert (await notebook.answer()).answered_by == "rule"
    assert await waits(stored.conversation_id) == ("waiting", ["alert.visitor_waits"])


async def test_a_promise_is_kept_though_the_visitor_stopped_the_rest(site: Site, notebook: Notebook, add_model: AddModel) -> None:
    await database.write(add_model, f"stall-after:{len(PROMISES[0].split())}+text:{PROMISES[0]} Lagi")
    stored = await ask(site, "Apa bisa custom?")
    await soon(lambda: PROMISES[0] in notebook.shown)
    assert runner.stop(await database.read(lambda: Conversation.objects.get().public_id))
    assert (await notebook.answer()).text == PROMISES[0]
    assert (await waits(stored.conversation_id))[0] == "waiting"
