from django.urls import path

from orders.views import change, claims, desk, entry, importing, invoices, policy, track

urlpatterns = [
    path("orders/", desk.Orders.as_view(), name="orders"),
    path("orders/review/", desk.Review.as_view(), name="review"),
    path("orders/rules/", policy.EditPolicy.as_view(), name="order-policy"),
    path("orders/new/", entry.PlaceOrder.as_view(), name="order-new"),
    path("orders/new/customers/", entry.customer_choices, name="order-customer-choices"),
    path("orders/new/customer/", entry.customer_chosen, name="order-customer"),
    path("orders/new/products/", entry.product_choices, name="order-product-choices"),
    path("orders/new/preview/", entry.preview, name="order-preview"),
    path("invoices/", invoices.Invoices.as_view(), name="invoices"),
    path("invoices/<str:number>/", invoices.InvoicePage.as_view(), name="invoice"),
    path("invoices/<str:number>/pdf/", invoices.pdf, name="invoice-pdf"),
    path("invoices/<str:number>/do/<slug:action>/", invoices.InvoiceAction.as_view(), name="invoice-action"),
    path("orders/imports/", importing.Imports.as_view(), name="order-import"),
    path("orders/imports/new/", importing.Upload.as_view(), name="order-import-new"),
    path("orders/imports/<int:pk>/", importing.Columns.as_view(), name="order-import-columns"),
    path("orders/imports/<int:pk>/begin/", importing.Begin.as_view(), name="order-import-begin"),
    path("orders/of/<str:code>/", desk.customer_figures, name="customer-figures"),
    path("orders/holds/<int:pk>/do/<slug:action>/", desk.HoldAction.as_view(), name="hold-action"),
    path("orders/claims/<int:pk>/move/", claims.MoveClaim.as_view(), name="claim-move"),
    path("orders/<str:number>/", desk.OrderPage.as_view(), name="order"),
    path("orders/<str:number>/change/", change.ChangeOrder.as_view(), name="order-change"),
    path("orders/<str:number>/do/<slug:action>/", desk.OrderAction.as_view(), name="order-action"),
    path("track/", track.Track.as_view(), name="track"),
    path("track/<str:key>/", track.track_order, name="track_order"),
]
