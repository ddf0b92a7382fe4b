"""Plain drawings of goods, each a few shapes on a soft ground; units are hundredths of the picture's edge."""

import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

EDGE = 480
FINE = 2  # drawn larger, then reduced, so that edges are smooth

# Colours: m main, d darker, l lighter, w paper white, k ink.
Shape = tuple[str, tuple[float, ...], str]
DRAWINGS: dict[str, list[Shape]] = {
    "teapot": [
        ("arc", (12, 40, 40, 72, 90, 270), "d"),
        ("poly", (68, 52, 92, 38, 94, 43, 74, 70), "d"),
        ("oval", (24, 36, 78, 80), "m"),
        ("oval", (36, 31, 66, 43), "d"),
        ("oval", (47, 24, 55, 32), "m"),
        ("oval", (32, 44, 44, 62), "l"),
    ],
    "cup": [
        ("arc", (62, 40, 88, 66, 270, 90), "d"),
        ("chord", (22, 8, 76, 82, 0, 180), "m"),
        ("oval", (22, 38, 76, 52), "d"),
        ("oval", (26, 40, 72, 50), "l"),
        ("round", (38, 79, 60, 84), "d"),
    ],
    "leaves": [
        ("round", (28, 26, 72, 84), "w"),
        ("round", (28, 26, 72, 40), "d"),
        ("oval", (38, 46, 62, 76), "m"),
        ("poly", (50, 50, 57, 60, 50, 72, 43, 60), "l"),
        ("line", (50, 50, 50, 74), "d"),
    ],
    "tin": [
        ("round", (30, 30, 70, 84), "m"),
        ("oval", (30, 78, 70, 88), "m"),
        ("oval", (30, 24, 70, 36), "d"),
        ("round", (30, 46, 70, 70), "w"),
        ("oval", (42, 50, 58, 66), "m"),
    ],
    "cake": [
        ("oval", (18, 30, 82, 84), "d"),
        ("oval", (18, 26, 82, 78), "m"),
        ("oval", (36, 40, 64, 64), "w"),
        ("oval", (44, 46, 56, 58), "d"),
    ],
    "kettle": [
        ("arc", (30, 14, 70, 56, 180, 360), "k"),
        ("poly", (66, 52, 90, 40, 92, 46, 72, 66), "d"),
        ("round", (26, 44, 74, 84), "m"),
        ("oval", (26, 36, 74, 54), "d"),
        ("oval", (46, 32, 54, 40), "k"),
    ],
    "bowl": [
        ("chord", (16, 8, 84, 82, 0, 180), "m"),
        ("oval", (16, 36, 84, 54), "d"),
        ("oval", (21, 38, 79, 52), "w"),
        ("round", (40, 79, 60, 85), "d"),
        ("line", (22, 60, 78, 60), "l"),
    ],
    "plate": [
        ("oval", (12, 30, 88, 82), "d"),
        ("oval", (12, 27, 88, 79), "m"),
        ("oval", (24, 35, 76, 71), "l"),
        ("oval", (28, 38, 72, 68), "w"),
    ],
    "chopsticks": [
        ("poly", (24, 18, 29, 16, 56, 86, 54, 87), "m"),
        ("poly", (40, 15, 45, 14, 61, 86, 59, 87), "d"),
        ("round", (64, 58, 86, 66), "l"),
    ],
    "pan": [
        ("round", (66, 52, 96, 59), "k"),
        ("oval", (10, 34, 72, 78), "k"),
        ("oval", (14, 36, 68, 72), "m"),
        ("oval", (22, 41, 60, 66), "d"),
    ],
    "pot": [
        ("round", (10, 50, 90, 57), "d"),
        ("round", (20, 42, 80, 82), "m"),
        ("oval", (20, 34, 80, 50), "d"),
        ("round", (45, 27, 55, 38), "k"),
        ("round", (26, 52, 31, 76), "l"),
    ],
    "knife": [
        ("poly", (12, 38, 62, 34, 62, 60, 30, 60, 18, 52), "l"),
        ("line", (20, 54, 62, 58), "w"),
        ("round", (62, 36, 92, 48), "m"),
        ("oval", (68, 40, 72, 44), "d"),
        ("oval", (82, 40, 86, 44), "d"),
    ],
    "board": [
        ("round", (22, 30, 78, 86), "m"),
        ("round", (44, 14, 56, 36), "m"),
        ("oval", (47, 17, 53, 23), "w"),
        ("line", (34, 38, 34, 80), "d"),
        ("line", (50, 42, 50, 80), "d"),
        ("line", (66, 38, 66, 80), "d"),
    ],
    "jar": [
        ("round", (30, 34, 70, 86), "l"),
        ("round", (30, 54, 70, 86), "m"),
        ("round", (34, 22, 66, 36), "d"),
        ("round", (38, 60, 62, 74), "w"),
    ],
    "vase": [
        ("line", (50, 40, 42, 12), "k"),
        ("line", (52, 40, 62, 16), "k"),
        ("oval", (36, 8, 46, 18), "l"),
        ("oval", (58, 10, 68, 22), "l"),
        ("oval", (30, 46, 70, 88), "m"),
        ("round", (43, 34, 57, 54), "m"),
        ("oval", (41, 32, 59, 38), "d"),
    ],
    "cloth": [
        ("round", (20, 26, 80, 82), "m"),
        ("round", (20, 26, 80, 40), "d"),
        ("line", (20, 52, 80, 52), "l"),
        ("line", (20, 64, 80, 64), "l"),
        ("line", (36, 40, 36, 82), "l"),
        ("line", (64, 40, 64, 82), "l"),
    ],
    "candle": [
        ("oval", (46, 14, 54, 32), "l"),
        ("line", (50, 28, 50, 40), "k"),
        ("round", (32, 38, 68, 84), "m"),
        ("oval", (32, 33, 68, 44), "w"),
        ("round", (38, 54, 62, 70), "w"),
    ],
    "lamp": [
        ("line", (50, 48, 50, 82), "k"),
        ("poly", (36, 18, 64, 18, 80, 52, 20, 52), "m"),
        ("poly", (42, 18, 50, 18, 44, 52, 30, 52), "l"),
        ("oval", (34, 78, 66, 87), "d"),
    ],
    "basket": [
        ("arc", (26, 16, 74, 76, 180, 360), "d"),
        ("poly", (16, 46, 84, 46, 74, 86, 26, 86), "m"),
        ("line", (20, 58, 80, 58), "d"),
        ("line", (23, 70, 77, 70), "d"),
        ("line", (40, 46, 43, 86), "d"),
        ("line", (60, 46, 57, 86), "d"),
    ],
    "tray": [
        ("poly", (22, 40, 78, 40, 94, 74, 6, 74), "m"),
        ("poly", (27, 45, 73, 45, 86, 69, 14, 69), "l"),
        ("round", (6, 73, 94, 79), "d"),
    ],
    "whisk": [
        ("round", (45, 12, 55, 48), "m"),
        ("poly", (45, 46, 55, 46, 70, 86, 30, 86), "l"),
        ("line", (47, 48, 40, 86), "d"),
        ("line", (50, 48, 50, 86), "d"),
        ("line", (53, 48, 60, 86), "d"),
        ("round", (43, 46, 57, 52), "k"),
    ],
    "cushion": [
        ("round", (16, 26, 84, 82), "m"),
        ("oval", (28, 36, 72, 72), "l"),
        ("oval", (46, 50, 54, 58), "d"),
    ],
}
MAIN = "#4f8a66 #b5653f #6d7fa8 #a88a4a #7d6b91 #c08a7a #5f9198 #8a7a63".split()


def picture_of(drawing: str) -> str:
    """The stored name of a drawing's file, which is drawn when it is not there yet."""
    name = f"products/demo-{drawing}.png"
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(_drawn(drawing)))
    return name


def _drawn(drawing: str) -> bytes:
    size = EDGE * FINE
    main = MAIN[list(DRAWINGS).index(drawing) % len(MAIN)]
    inks = _inks(main)
    image = Image.new("RGB", (size, size), _mixed(main, "#ffffff", 0.84))
    pen = ImageDraw.Draw(image)
    pen.ellipse([size * x / 100 for x in (8, 8, 92, 92)], fill=_mixed(main, "#ffffff", 0.9))
    pen.ellipse([size * x / 100 for x in (18, 80, 82, 92)], fill=_mixed(main, "#ffffff", 0.68))
    for kind, places, ink in DRAWINGS[drawing]:
        _draw(pen, kind, places, inks[ink], size)
    out = io.BytesIO()
    image.resize((EDGE, EDGE), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw(pen: ImageDraw.ImageDraw, kind: str, places: tuple[float, ...], ink: str, size: int) -> None:
    spots = [size * x / 100 for x in places[:4]] if kind != "poly" else [size * x / 100 for x in places]
    if kind == "oval":
        pen.ellipse(spots, fill=ink)
    elif kind == "round":
        pen.rounded_rectangle(spots, radius=size * 0.03, fill=ink)
    elif kind == "poly":
        pen.polygon(spots, fill=ink)
    elif kind == "line":
        pen.line(spots, fill=ink, width=size // 70)
    elif kind == "arc":
        pen.arc(spots, *places[4:], fill=ink, width=size // 26)
    else:
        pen.chord(spots, *places[4:], fill=ink)


def _inks(main: str) -> dict[str, str]:
    return {
        "m": main,
        "d": _mixed(main, "#1d2320", 0.35),
        "l": _mixed(main, "#ffffff", 0.4),
        "w": "#fbf9f4",
        "k": "#35383a",
    }


def _mixed(one: str, other: str, share: float) -> str:
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
