"""Refusals of the API, as application/problem+json (RFC 9457)."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from oms.errors import DomainError


class Refusal(Exception):
    """A call refused with a status, a sentence and perhaps the field at fault."""

    def __init__(self, status: int, detail: str, field: str = ""):
        super().__init__(detail)
        self.status, self.detail, self.field = status, detail, field


def problem(status: int, detail: str, errors: list[dict] | None = None) -> JsonResponse:
    """The answer for a refusal."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": errors or [],
    }
    answer = JsonResponse(body, status=status, content_type="application/problem+json")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = "60"
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def register(api: NinjaAPI) -> None:
    """Make every error of `api` a problem document."""

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> JsonResponse:
        errors = [{"field": _field(e["loc"]), "message": e["msg"]} for e in error.errors]
        return problem(422, "The request has fields that cannot be accepted.", errors)

    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, error: Refusal) -> JsonResponse:
        errors = [{"field": error.field, "message": error.detail}] if error.field else []
        return problem(error.status, error.detail, errors)

    @api.exception_handler(DomainError)
    def impossible(request: HttpRequest, error: DomainError) -> JsonResponse:
        return problem(409, str(error))

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: AuthenticationError) -> JsonResponse:
        return problem(401, "Send a valid key in the header 'Authorization: Bearer …'.")

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> JsonResponse:
        return problem(404, "There is no such order.")

    @api.exception_handler(HttpError)
    def malformed(request: HttpRequest, error: HttpError) -> JsonResponse:
        return problem(error.status_code, str(error))


def _field(location: tuple) -> str:
    """("body", "payload", "lines", 0, "sku") is lines.0.sku; a header or query parameter is its own name."""
    parts = [str(part) for part in location]
    return ".".join(parts[2:] if parts[0] == "body" else parts[1:]) or parts[-1]
