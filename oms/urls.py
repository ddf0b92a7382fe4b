from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("oms.page_urls")),
    path("customers/", include("customers.urls")),
    path("inventory/", include("inventory.urls")),
    path("", include("orders.urls")),
    path("", include("fulfillment.urls")),
    path("", include("aftersales.urls")),
    path("", include("reports.urls")),
    path("api/v1/", include("orders.api.urls", namespace="api")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]
