from django.urls import path

from fulfillment.views import carriers, costs, dispatch, drive, fragments, packing, picking, rates, shipments

urlpatterns = [
    path("fulfillment/pick/", picking.PickQueue.as_view(), name="picking"),
    path("fulfillment/pack/", packing.PackQueue.as_view(), name="packing"),
    path("fulfillment/dispatch/", dispatch.Dispatch.as_view(), name="dispatch"),
    path("fulfillment/shipments/", shipments.Shipments.as_view(), name="shipments"),
    path("fulfillment/shipments/<str:number>/", shipments.ShipmentPage.as_view(), name="shipment"),
    path("fulfillment/shipments/<str:number>/pick/", picking.Pick.as_view(), name="pick"),
    path("fulfillment/shipments/<str:number>/pack/", packing.Pack.as_view(), name="pack"),
    path("fulfillment/shipments/<str:number>/slip.pdf", shipments.packing_slip, name="packing-slip"),
    path(
        "fulfillment/shipments/<str:number>/do/<slug:action>/",
        shipments.ShipmentAction.as_view(),
        name="shipment-action",
    ),
    path("fulfillment/orders/<str:number>/shipments/", fragments.OrderShipments.as_view(), name="order-shipments"),
    path("fulfillment/orders/<str:number>/do/<slug:action>/", picking.OrderPicking.as_view(), name="order-picking"),
    path("fulfillment/products/<int:pk>/claims/", fragments.ProductClaims.as_view(), name="product-claims"),
    path("fulfillment/carriers/", carriers.Carriers.as_view(), name="carriers"),
    path("fulfillment/carriers/new/", carriers.NewCarrier.as_view(), name="carrier-new"),
    path("fulfillment/carriers/<int:pk>/", carriers.CarrierPage.as_view(), name="carrier"),
    path("fulfillment/carriers/<int:pk>/edit/", carriers.EditCarrier.as_view(), name="carrier-edit"),
    path("fulfillment/carriers/<int:carrier>/services/new/", rates.NewService.as_view(), name="carrier-service-new"),
    path("fulfillment/carriers/<int:carrier>/zones/new/", rates.NewZone.as_view(), name="rate-zone-new"),
    path("fulfillment/services/<int:pk>/", rates.EditService.as_view(), name="carrier-service"),
    path("fulfillment/zones/<int:pk>/", rates.EditZone.as_view(), name="rate-zone"),
    path("fulfillment/services/<int:pk>/prices/<int:zone>/", rates.EditPrices.as_view(), name="rate-prices"),
    path("fulfillment/costs/", costs.ShippingCosts.as_view(), name="shipping-costs"),
    path("drive/", drive.MyDeliveries.as_view(), name="my-deliveries"),
    path("drive/<str:number>/", drive.MyDelivery.as_view(), name="my-delivery"),
    path("drive/<str:number>/do/<slug:action>/", drive.DeliveryAction.as_view(), name="delivery-action"),
]
