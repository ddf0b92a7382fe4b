import gettext
import os

from oms.translations import compile_translations

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Order"
msgstr "订单"

#, fuzzy
msgid "Unsure"
msgstr "不确定"

msgid "%(count)s line"
msgid_plural "%(count)s lines"
msgstr[0] "%(count)s 行"
"""


def test_translations_are_compiled_when_they_have_changed(tmp_path):
    po = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(PO)
    assert compile_translations([tmp_path]) == 1
    assert compile_translations([tmp_path]) == 0
    with po.with_suffix(".mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Order") == "订单"
    assert translations.gettext("Unsure") == "Unsure"
    assert translations.ngettext("%(count)s line", "%(count)s lines", 7) == "%(count)s 行"
    later = po.with_suffix(".mo").stat().st_mtime + 5
    os.utime(po, (later, later))
    assert compile_translations([tmp_path]) == 1


def test_no_translations_are_no_problem(tmp_path):
    assert compile_translations([tmp_path / "nowhere"]) == 0
