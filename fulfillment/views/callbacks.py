"""Where carriers call us: tracking events, signed with the secret that we share with each."""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from fulfillment.adapters import CarrierProblem, adapter_of, signed_by
from fulfillment.models import Carrier, RawTrackingEvent
from fulfillment.services import keep_events
from oms.limits import allow, client_address

BODY_LIMIT = 1024 * 1024
CALLS, CALL_SECONDS = 600, 60


@csrf_exempt
@login_not_required
@require_POST
def tracking_callback(request: HttpRequest, code: str) -> JsonResponse:
    """Keep what a carrier reports. An unknown carrier and a wrong signature get the same answer.

    The same call again is harmless: each event is stored once.
    """
    if not allow(f"carrier:{client_address(request)}", CALLS, CALL_SECONDS):
        return _answer(429, _("Too many calls."))
    length = request.headers.get("Content-Length", "")
    if not length.isascii() or not length.isdecimal() or int(length) > BODY_LIMIT:
        return _answer(413, _("The call is too long."))
    carrier = Carrier.objects.filter(code=code, active=True, adapter=Carrier.Adapter.HTTP).first()
    body = request.body
    if carrier is None or not signed_by(body, request.headers.get("X-Signature", ""), carrier.secret):
        return _answer(401, _("The signature is not right."))
    try:
        json.loads(body)
        reading = adapter_of(carrier).read_events(body)
    except (ValueError, CarrierProblem) as problem:
        return _answer(400, str(problem))
    new = keep_events(carrier, reading.seen, source=RawTrackingEvent.Source.CALLBACK)
    return JsonResponse({"received": len(reading.seen), "new": new, "problems": reading.problems})


def _answer(status: int, text: str) -> JsonResponse:
    return JsonResponse({"error": text}, status=status)
