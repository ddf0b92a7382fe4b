"""Log-in, language, and the company's colour."""

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from oms.accent import accent_css
from oms.context import current
from oms.limits import allow, client_address
from oms.models import Company, User
from oms.navigation import navigation


@login_not_required
@cache_control(max_age=3600, public=True)
def accent(request: HttpRequest) -> HttpResponse:
    """The company's accent as custom properties; a file of its own because the CSP allows no inline style."""
    return HttpResponse(accent_css(current(Company).accent), content_type="text/css")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language: in the cookie, and for a person who is logged in in her profile."""
    response = set_language(request)
    chosen = request.POST.get("language")
    if request.user.is_authenticated and chosen in dict(User.language.field.choices):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return response


class LogIn(auth.LoginView):
    """The log-in, limited for each address and for each name."""

    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        name = request.POST.get("username", "")[:150].lower()
        if allow(f"login:{client_address(request)}", 60, 300) and allow(f"login-name:{name}", 20, 300):
            return super().post(request, *args, **kwargs)
        problem = _("Too many attempts. Wait five minutes, then try again.")
        return self.render_to_response(self.get_context_data(form=self.form_class(), problem=problem), status=429)

    def get_default_redirect_url(self) -> str:
        sections = navigation(self.request)
        return sections[0].href if sections else reverse("profile")
