import pytest

from oms.accent import READABLE, contrast, legible, parse

WHITE, SUNKEN, SUNKEN_DARK = (255, 255, 255), parse("#f1f2f4"), parse("#202329")


@pytest.mark.parametrize("accent", ["#2f5bd0", "#ffd000", "#000000", "#ffffff", "#808080", "#e11d48", "#00ff88"])
def test_every_accent_is_readable_as_fill_and_as_text(accent):
    shades = legible(accent)
    assert contrast(parse(shades.fill), parse(shades.ink)) >= READABLE
    assert contrast(parse(shades.text), SUNKEN) >= READABLE
    assert contrast(parse(shades.dark_text), SUNKEN_DARK) >= READABLE


def test_contrast_agrees_with_the_published_examples():
    assert contrast(WHITE, (0, 0, 0)) == 21
    assert round(contrast(parse("#777777"), WHITE), 2) == 4.48


@pytest.mark.parametrize("nonsense", ["", "red", "#12345", "#gggggg", "url(x)"])
def test_nonsense_is_the_default(nonsense):
    assert parse(nonsense) == (0x2F, 0x5B, 0xD0)
