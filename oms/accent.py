"""The company's accent colour, made legible: whatever is chosen, text on it and text in it pass WCAG AA."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

READABLE = 4.5
DEFAULT = "#2f5bd0"
WHITE, INK = (255, 255, 255), (23, 25, 30)
SUNKEN, SUNKEN_DARK = (241, 242, 244), (32, 35, 41)  # the worst grounds on which a link stands
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Accent:
    """The fill of a button, the ink on it, and the accent as text on white and on a dark page."""

    fill: str
    ink: str
    text: str
    dark_text: str


@cache
def legible(accent: str) -> Accent:
    """The four colours that come from one chosen accent."""
    colour = parse(accent)
    ink = max((WHITE, INK), key=lambda ink: contrast(colour, ink))
    chosen = [
        _until_readable(colour, ink),
        ink,
        _until_readable(colour, SUNKEN),
        _until_readable(colour, SUNKEN_DARK),
    ]
    return Accent(*map(_hex, chosen))


def accent_css(accent: str) -> str:
    """The custom properties for light and dark pages."""
    shades = legible(accent)
    light = f"--accent:{shades.fill};--accent-ink:{shades.ink};--accent-text:{shades.text}"
    return f":root{{{light}}}[data-bs-theme=dark]{{--accent-text:{shades.dark_text}}}"


def parse(text: str) -> Colour:
    """#rrggbb as three numbers; the default for anything else."""
    try:
        digits = text.removeprefix("#")
        if len(digits) != 6:
            raise ValueError(text)
        return tuple(bytes.fromhex(digits))
    except ValueError:
        return parse(DEFAULT)


def luminance(colour: Colour) -> float:
    """Relative luminance from 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _until_readable(colour: Colour, other: Colour) -> Colour:
    away = WHITE if luminance(other) < 0.18 else (0, 0, 0)
    return next(c for c in _steps(colour, away) if contrast(c, other) >= READABLE)


def _steps(colour: Colour, to: Colour) -> Iterator[Colour]:
    for step in range(21):
        yield tuple(round(a + (b - a) * step / 20) for a, b in zip(colour, to, strict=True))


def _hex(colour: Colour) -> str:
    return "#" + bytes(colour).hex()
