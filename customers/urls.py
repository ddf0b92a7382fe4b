from django.urls import path

from customers import views

urlpatterns = [
    path("", views.Customers.as_view(), name="customers"),
    path("new/", views.NewCustomer.as_view(), name="customer-new"),
    path("tiers/", views.Tiers.as_view(), name="tiers"),
    path("tiers/new/", views.NewTier.as_view(), name="tier-new"),
    path("tiers/<int:pk>/", views.EditTier.as_view(), name="tier"),
    path("<str:code>/", views.CustomerPage.as_view(), name="customer"),
    path("<str:code>/edit/", views.EditCustomer.as_view(), name="customer-edit"),
    path("<str:code>/addresses/new/", views.NewAddress.as_view(), name="address-new"),
    path("<str:code>/addresses/<int:pk>/", views.EditAddress.as_view(), name="address-edit"),
    path("<str:code>/contacts/new/", views.NewContact.as_view(), name="contact-new"),
]
