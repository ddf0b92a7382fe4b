"""What there is: products, suppliers, warehouses, stock and the ledger that explains it."""

from inventory.models.alerts import StockAlert
from inventory.models.catalogue import Barcode, Category, Component, Family, Product, Supplier, TaxClass
from inventory.models.counts import AbcClass, Count, CountClass, CountLine, CountPolicy
from inventory.models.pictures import ProductImage
from inventory.models.purchasing import (
    Demand,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SupplierItem,
)
from inventory.models.stock import Holding, Lot, Movement, Serial, Stock, Warehouse
from inventory.models.transfers import Transfer, TransferLine

__all__ = [
    "AbcClass",
    "Barcode",
    "Category",
    "Component",
    "Count",
    "CountClass",
    "CountLine",
    "CountPolicy",
    "Demand",
    "Family",
    "Holding",
    "Lot",
    "Movement",
    "Product",
    "ProductImage",
    "PurchaseLine",
    "PurchaseOrder",
    "Receipt",
    "ReceiptLine",
    "Serial",
    "Stock",
    "StockAlert",
    "Supplier",
    "SupplierItem",
    "TaxClass",
    "Transfer",
    "TransferLine",
    "Warehouse",
]
