"""The collector of texts sees every way in which our source says gettext, so that no sentence stays English unnoticed."""

import ast

import pytest

from tests.messages import Text, texts_in_python


@pytest.mark.parametrize(
    "source",
    [
        "from django.utils.translation import gettext\ngettext('Hello')",
        "from django.utils.translation import gettext as _g\n_g('Hello')",
        "from django.utils.translation import gettext_lazy as later\nlater('Hello')",
        "from django.utils import translation as t\nt.gettext('Hello')",
        "from django.utils.translation import gettext\nsay = gettext\nsay('Hello')",
        "from django.utils import translation\nsay = translation.gettext\nsay('Hello')",
    ],
)
def test_a_text_is_collected_by_whatever_name_gettext_goes(source: str) -> None:
    assert list(texts_in_python(tuple(ast.walk(ast.parse(source))))) == [Text("Hello")]


def test_an_alias_keeps_its_plural_and_its_context() -> None:
    source = "from django.utils.translation import ngettext as _n, pgettext_lazy as _p\n_n('one', 'many', 2), _p('door', 'open')"
    assert list(texts_in_python(tuple(ast.walk(ast.parse(source))))) == [Text("one", plural="many"), Text("open", context="door")]
