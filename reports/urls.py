from django.urls import path

from reports.views import dashboard, files, home, inbox, palette, search

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("inbox/", inbox.Inbox.as_view(), name="inbox"),
    path("search/", search.Search.as_view(), name="search"),
    path("palette/", palette.palette, name="palette"),
    path("reports/", dashboard.Dashboard.as_view(), name="dashboard"),
    path("reports/files/", files.Reports.as_view(), name="reports"),
    path("reports/files/sales/", files.NewSalesReport.as_view(), name="report-sales"),
    path("reports/files/stock/", files.NewStockReport.as_view(), name="report-stock"),
]
