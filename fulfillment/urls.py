from django.urls import path

from fulfillment.views import dispatch, drive, fragments, packing, picking, shipments

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
    path("fulfillment/carriers/", shipments.Carriers.as_view(), name="carriers"),
    path("fulfillment/carriers/new/", shipments.NewCarrier.as_view(), name="carrier-new"),
    path("fulfillment/carriers/<int:pk>/", shipments.EditCarrier.as_view(), name="carrier"),
    path("drive/", drive.MyDeliveries.as_view(), name="my-deliveries"),
    path("drive/worker.js", drive.worker, name="drive-worker"),
    path("drive/hello/", drive.hello, name="drive-hello"),
    path("drive/proofs/<int:pk>/", drive.photo, name="delivery-photo"),
    path("drive/<str:number>/", drive.MyDelivery.as_view(), name="my-delivery"),
    path("drive/<str:number>/do/<slug:action>/", drive.DeliveryAction.as_view(), name="delivery-action"),
]
