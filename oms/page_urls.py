from django.contrib.auth.views import LogoutView
from django.urls import path

from oms.views import deliveries, exchange, files, jobs, messages, saved_views, session, settings

urlpatterns = [
    path("accent.css", session.accent, name="accent"),
    path("media/<path:name>", files.picture, name="picture"),
    path("language/", session.language, name="language"),
    path("login/", session.LogIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("profile/", settings.Profile.as_view(), name="profile"),
    path("profile/password/", settings.Password.as_view(), name="password"),
    path("company/", settings.CompanySettings.as_view(), name="company"),
    path("views/<slug:page>/save/", saved_views.save_view, name="view-save"),
    path("views/<int:pk>/delete/", saved_views.delete_view, name="view-delete"),
    path("deliveries/", deliveries.Deliveries.as_view(), name="deliveries"),
    path("jobs/", jobs.Jobs.as_view(), name="jobs"),
    path("jobs/<int:pk>/", jobs.JobPage.as_view(), name="job"),
    path("jobs/<int:pk>/files/<int:file>/", jobs.job_file, name="job-file"),
    path("data/<slug:name>/", exchange.ExchangeView.as_view(), name="exchange"),
    path("data/apply/<int:pk>/", exchange.ApplyData.as_view(), name="exchange-apply"),
    path("messages/", messages.Messages.as_view(), name="messages"),
    path("messages/<int:pk>/", messages.MessagePage.as_view(), name="message"),
    path("messages/<int:pk>/body/", messages.message_body, name="message-body"),
    path("messages/<int:pk>/files/<int:file>/", messages.message_file, name="message-file"),
    path("messages/<int:pk>/<slug:action>/", messages.MessageAction.as_view(), name="message-action"),
]
