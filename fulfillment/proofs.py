"""What a driver sends as proof: a photo made anew, and a signature that is nothing but strokes."""

import io
import re
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from oms.errors import DomainError

PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_PIXELS = 50_000_000
PHOTO_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
SIGNATURE_LENGTH = 20_000
# absolute moves and lines with up to one decimal; what a pen draws in a box of 300 by 120
STROKES = re.compile(r"(?:M\d{1,3}(?:\.\d)? \d{1,3}(?:\.\d)?(?:L\d{1,3}(?:\.\d)? \d{1,3}(?:\.\d)?)*)+")


def clean_photo(file: BinaryIO) -> ContentFile:
    """The picture as a JPEG of our own making: upright, at most PHOTO_SIDE pixels a side, no EXIF and no place."""
    try:
        picture = Image.open(file, formats=FORMATS)
        if picture.width * picture.height > PHOTO_PIXELS:
            raise DomainError(_("This picture has too many pixels."))
        picture.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
        picture = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise DomainError(_("This is not a picture that can be read. Send a JPEG, PNG or WebP.")) from error
    picture.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    made = io.BytesIO()
    Image.frombytes("RGB", picture.size, picture.tobytes()).save(made, "JPEG", quality=80, optimize=True)
    return ContentFile(made.getvalue())


def clean_signature(strokes: str) -> str:
    """The path of an SVG, refused when it is anything but moves and lines."""
    strokes = strokes.strip()
    if strokes and (len(strokes) > SIGNATURE_LENGTH or not STROKES.fullmatch(strokes)):
        raise DomainError(_("This signature cannot be read. Please sign again."))
    return strokes
