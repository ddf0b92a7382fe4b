from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from orders.api.endpoints import api
from orders.api.problems import problem

urlpatterns, app_name, _namespace = api.urls

for pattern in urlpatterns:
    pattern.callback.login_required = False  # keys, not sessions, open these doors


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest) -> JsonResponse:
    """An address that the API does not have is answered as its other refusals are."""
    return problem(404, "There is nothing at this address.")


urlpatterns = [*urlpatterns, re_path("", nowhere)]
