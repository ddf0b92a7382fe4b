from orders.api.endpoints import api

urlpatterns, app_name, _namespace = api.urls

for pattern in urlpatterns:
    pattern.callback.login_required = False  # keys, not sessions, open these doors
