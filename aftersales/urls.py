from django.urls import path

from aftersales.views import feedback, public, returns, tickets

urlpatterns = [
    path("returns/", returns.Returns.as_view(), name="returns"),
    path("returns/<str:number>/", returns.ReturnPage.as_view(), name="return"),
    path("returns/<str:number>/do/<slug:action>/", returns.ReturnAction.as_view(), name="return-action"),
    path("orders/<str:number>/return/", returns.NewReturn.as_view(), name="return-new"),
    path("tickets/", tickets.Tickets.as_view(), name="tickets"),
    path("tickets/new/", tickets.NewTicket.as_view(), name="ticket-new"),
    path("tickets/<str:number>/", tickets.TicketPage.as_view(), name="ticket"),
    path("tickets/<str:number>/do/<slug:action>/", tickets.TicketAction.as_view(), name="ticket-action"),
    path("feedback/", feedback.FeedbackList.as_view(), name="feedback"),
    path("track/<str:key>/return/", public.PublicReturn.as_view(), name="public_return"),
    path("track/<str:key>/ask/", public.PublicAsk.as_view(), name="public_ask"),
    path("track/<str:key>/rate/", public.PublicRate.as_view(), name="public_rate"),
]
