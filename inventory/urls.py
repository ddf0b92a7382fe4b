from django.urls import path

from inventory.views import alerts, availability, places, products, stock

urlpatterns = [
    path("products/", products.Products.as_view(), name="products"),
    path("products/new/", products.NewProduct.as_view(), name="product-new"),
    path("products/<int:pk>/", products.ProductPage.as_view(), name="product"),
    path("products/<int:pk>/edit/", products.EditProduct.as_view(), name="product-edit"),
    path("families/", places.Families.as_view(), name="families"),
    path("families/new/", places.NewFamily.as_view(), name="family-new"),
    path("stock/", stock.StockList.as_view(), name="stock"),
    path("stock/then/", stock.StockThen.as_view(), name="stock-then"),
    path("availability/", availability.Availability.as_view(), name="availability"),
    path("stock/<int:pk>/", stock.StockPage.as_view(), name="stock-item"),
    path("stock/<int:pk>/do/<slug:action>/", stock.StockAction.as_view(), name="stock-action"),
    path("receive/", stock.Receive.as_view(), name="receive"),
    path("movements/", stock.Movements.as_view(), name="movements"),
    path("alerts/", alerts.Alerts.as_view(), name="alerts"),
    path("alerts/<int:pk>/do/<slug:action>/", alerts.AlertAction.as_view(), name="alert-action"),
    path("warehouses/", places.Warehouses.as_view(), name="warehouses"),
    path("warehouses/new/", places.NewWarehouse.as_view(), name="warehouse-new"),
    path("warehouses/<int:pk>/", places.EditWarehouse.as_view(), name="warehouse"),
    path("suppliers/", places.Suppliers.as_view(), name="suppliers"),
    path("suppliers/new/", places.NewSupplier.as_view(), name="supplier-new"),
    path("suppliers/<int:pk>/", places.EditSupplier.as_view(), name="supplier"),
    path("categories/", places.Categories.as_view(), name="categories"),
    path("categories/new/", places.NewCategory.as_view(), name="category-new"),
    path("categories/<int:pk>/", places.EditCategory.as_view(), name="category"),
]
