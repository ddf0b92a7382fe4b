"""What was asked and promised: orders, lines, holds, checks, promises, payments, imports, rules."""

from orders.models.decisions import Check, Hold, Promise
from orders.models.desk import DiscountCeiling, OrderDraft
from orders.models.imports import ImportFile, ImportMapping, ImportRow
from orders.models.invoices import Invoice
from orders.models.orders import LINK_SIGNER, TONES, Order, OrderLine
from orders.models.payments import Payment
from orders.models.policy import OrderPolicy
from orders.models.prices import ListPrice, OrderPromotion, PriceList, Promotion
from orders.models.rules import Rule, RuleFiring, RuleVersion
from orders.models.shop import ShopSettings
from orders.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint, new_secret

__all__ = [
    "LINK_SIGNER",
    "TONES",
    "Check",
    "DiscountCeiling",
    "Hold",
    "ImportFile",
    "ImportMapping",
    "ImportRow",
    "Invoice",
    "ListPrice",
    "Order",
    "OrderDraft",
    "OrderLine",
    "OrderPolicy",
    "OrderPromotion",
    "Payment",
    "PriceList",
    "Promise",
    "Promotion",
    "Rule",
    "RuleFiring",
    "RuleVersion",
    "ShopSettings",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "new_secret",
]
