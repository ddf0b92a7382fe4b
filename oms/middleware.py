"""The person's language and the business's time zone for every request."""

import zoneinfo

from django.utils import timezone, translation
from django.utils.translation import get_language_from_request

from oms.context import current
from oms.models import Company


def language_and_zone(get_response):
    """Activate the user's own language, else the cookie's or the browser's; and the company's time zone."""

    def middleware(request):
        chosen = request.user.language if request.user.is_authenticated else ""
        translation.activate(chosen or get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        timezone.activate(zoneinfo.ZoneInfo(current(Company).time_zone))
        response = get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response

    return middleware
