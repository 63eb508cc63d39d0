"""What another process wrote reaches the open connections of this one without anybody ringing."""

import pytest

from tests.realtime.line import Line
from widget.conversations.log import NewRow, append, new_row_id
from widget.conversations.models import Conversation
from widget.lib import database
from widget.realtime.watermark import watermark

pytestmark = pytest.mark.usefixtures("at_rest")


def written_elsewhere(text: str) -> None:
    append(Conversation.objects.get().pk, NewRow(new_row_id(), "operator", text, "person"))


async def test_a_row_of_another_process_is_shown_at_the_next_look() -> None:
    async with Line() as line:
        await line.hello()
        await line.say("halo, ada orang di sana?")
        await line.until("message.added")
        await database.write(written_elsewhere, "dari proses lain")
        await watermark.look()
        assert (await line.until("message.added"))["text"] == "dari proses lain"


async def test_a_look_tells_nothing_to_those_who_know_it_all() -> None:
    async with Line() as line:
        await line.hello()
        await line.say("halo, ada orang di sana?")
        await line.until("conversation.changed")
        await watermark.look()
        assert line.waiting() == []
