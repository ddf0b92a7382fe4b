"""What there is: products, suppliers, warehouses, stock and the ledger that explains it."""

from inventory.models.alerts import StockAlert
from inventory.models.catalogue import Barcode, Category, Component, Family, Product, Supplier
from inventory.models.stock import Holding, Lot, Movement, Serial, Stock, Warehouse

__all__ = [
    "Barcode",
    "Category",
    "Component",
    "Family",
    "Holding",
    "Lot",
    "Movement",
    "Product",
    "Serial",
    "Stock",
    "StockAlert",
    "Supplier",
    "Warehouse",
]
