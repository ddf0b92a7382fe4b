from functools import partial

import pytest

from tests.orders.imports import an_upload


@pytest.fixture
def upload(settings, tmp_path):
    """upload("row", …, whole=True) is a file that was imported, as its job does it."""
    settings.MEDIA_ROOT = tmp_path
    return partial(an_upload, tmp_path)
