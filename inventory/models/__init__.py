"""What there is: products, suppliers, warehouses, stock and the ledger that explains it."""

from inventory.models.alerts import StockAlert
from inventory.models.catalogue import Category, Product, Supplier
from inventory.models.stock import Movement, Stock, Warehouse

__all__ = ["Category", "Movement", "Product", "Stock", "StockAlert", "Supplier", "Warehouse"]
