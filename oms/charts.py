"""Small charts as SVG drawn on the server: the same on a page and in a PDF, and in words too.

Sizes are in SVG user units; a drawing is 640 wide, or 1120 for the whole width of a page, and scales with
its place. Presentation attributes colour it on paper, where the printer knows no stylesheet inside an SVG;
classes colour it on a page, light or dark.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from oms import formats
from oms.pages import Text

WIDTH, WIDE, HEIGHT = 640, 1120, 240
TOP, RIGHT, BOTTOM, LEFT = 12, 12, 28, 56
LABEL_WIDTH = 56
COLOURS = ("", "#c2620a", "#14807a", "#8a3fb0")  # on paper; the first series has the company's accent
DASHES = ("", "6 4", "2 4", "9 3 2 3")
Number = int | float | Decimal


@dataclass(frozen=True)
class Tick:
    """A line of the scale: its place and its words."""

    at: float
    label: str


@dataclass(frozen=True)
class Bar:
    """One bar with the sentence of its tooltip."""

    x: float
    y: float
    width: float
    height: float
    hint: str
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One series of a line chart; `path` is an SVG path, `points` carry the tooltips."""

    name: str
    path: str
    points: list[tuple[float, float, str]]
    number: int

    @property
    def colour(self) -> str:
        return COLOURS[(self.number - 1) % len(COLOURS)]

    @property
    def dash(self) -> str:
        return DASHES[(self.number - 1) % len(DASHES)]


@dataclass(frozen=True)
class Chart:
    """A drawing: scale, axis labels and marks, and the data as rows for a table that is read aloud."""

    title: Text
    description: Text
    ticks: list[Tick]
    labels: list[Tick]
    rows: list[tuple[str, list[str]]]
    names: list[str] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM

    @property
    def right(self) -> int:
        return self.width - RIGHT


def bar_chart(
    title: Text,
    data: Sequence[tuple[str, Number]],
    *,
    description: Text = "",
    urls: Sequence[str] = (),
    width: int = WIDTH,
) -> Chart:
    """Bars over labels; `urls` make each bar lead to the list behind its number."""
    scale = _Scale([value for _label, value in data])
    step = (width - LEFT - RIGHT) / max(1, len(data))
    thick = min(48, step * 0.68)
    places = [LEFT + step * (i + 0.5) for i in range(len(data))]
    bars = [
        _bar(scale, x - thick / 2, thick, label, value, urls[i] if urls else "")
        for i, (x, (label, value)) in enumerate(zip(places, data, strict=True))
    ]
    labels = _thinned(places, [label for label, _value in data], width)
    rows = [(label, [formats.quantity(value)]) for label, value in data]
    return Chart(title, description, scale.ticks(), labels, rows, bars=bars, width=width)


def line_chart(
    title: Text,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number]],
    *,
    description: Text = "",
    width: int = WIDTH,
) -> Chart:
    """Lines over labels, one for each series of the same length as `labels`."""
    scale = _Scale([value for values in series.values() for value in values])
    step = (width - LEFT - RIGHT) / max(1, len(labels) - 1)
    places = [LEFT + step * i for i in range(len(labels))]
    lines = [_line(scale, places, labels, name, series[name], i) for i, name in enumerate(series, start=1)]
    rows = [(label, [formats.quantity(values[i]) for values in series.values()]) for i, label in enumerate(labels)]
    shown = _thinned(places, labels, width)
    return Chart(title, description, scale.ticks(), shown, rows, list(series), lines=lines, width=width)


class _Scale:
    """A value axis that includes zero and ends on round numbers."""

    def __init__(self, values: Sequence[Number]):
        low, high = min([0.0, *map(float, values)]), max([0.0, *map(float, values)])
        self.step = _round_step((high - low) / 5)
        self.low = math.floor(low / self.step) * self.step
        self.high = max(math.ceil(high / self.step) * self.step, self.low + self.step)

    def y(self, value: Number) -> float:
        part = (float(value) - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM), 2)

    def ticks(self) -> list[Tick]:
        count = round((self.high - self.low) / self.step)
        values = [self.low + self.step * i for i in range(count + 1)]
        return [Tick(self.y(value), formats.short(value)) for value in values]


def _round_step(rough: float) -> float:
    # 1, 2, 2.5 or 5 times a power of ten; a chart of nothing still gets a scale
    if rough <= 0:
        return 1
    power = 10 ** math.floor(math.log10(rough))
    return next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= rough * 0.999)


def _bar(scale: _Scale, x: float, width: float, label: str, value: Number, url: str) -> Bar:
    top, base = sorted((scale.y(value), scale.y(0)))
    hint = f"{label}: {formats.quantity(value)}"
    return Bar(round(x, 2), top, round(width, 2), round(base - top, 2), hint, url)


def _line(scale, places, labels, name, values, number) -> Line:
    points = [
        (round(x, 2), scale.y(value), f"{name}, {label}: {formats.quantity(value)}")
        for x, label, value in zip(places, labels, values, strict=True)
    ]
    path = "M" + " L".join(f"{x} {y}" for x, y, _hint in points) if points else ""
    return Line(str(name), path, points, number)


def _thinned(places: Sequence[float], labels: Sequence[str], width: int) -> list[Tick]:
    """As many labels as fit, evenly taken."""
    fitting = max(1, int((width - LEFT - RIGHT) // LABEL_WIDTH))
    every = math.ceil(len(labels) / fitting) or 1
    return [Tick(round(places[i], 2), str(labels[i])) for i in range(0, len(labels), every)]
