"""What every page knows: the company."""

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from oms.models import Company

KEY = "oms:company"


def current_company() -> Company:
    """The company row, from the cache for a minute; the defaults while there is none."""
    try:
        company = cache.get(KEY)
        if company is None:
            company = Company.objects.first() or Company(pk=1)
            cache.set(KEY, company, 60)
        return company
    except RedisError:
        return Company.objects.first() or Company(pk=1)


def company(request: HttpRequest) -> dict:
    """Template context: `company`."""
    return {"company": current_company()}
