"""Which column is which field."""

import json
import re
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.errors import DomainError
from orders.models import ImportMapping

Mapping = dict[str, str]  # field → heading

FIELDS = {
    "reference": gettext_lazy("Order reference"),
    "placed_at": gettext_lazy("Placed at"),
    "status": gettext_lazy("Status"),
    "customer_code": gettext_lazy("Customer number"),
    "customer_name": gettext_lazy("Customer name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "ship_name": gettext_lazy("Recipient"),
    "line1": gettext_lazy("Address"),
    "line2": gettext_lazy("Address, second line"),
    "city": gettext_lazy("City"),
    "region": gettext_lazy("Province or region"),
    "postcode": gettext_lazy("Postcode"),
    "country": gettext_lazy("Country"),
    "sku": gettext_lazy("SKU"),
    "product_name": gettext_lazy("Product name"),
    "quantity": gettext_lazy("Quantity"),
    "unit_price": gettext_lazy("Unit price"),
    "requested_date": gettext_lazy("Wanted on"),
    "note": gettext_lazy("Note"),
}
REQUIRED = ("reference", "sku", "quantity")

# Headings that shops and marketplaces write, without blanks and signs, in lower case.
KNOWN = {
    "reference": "reference ref orderno ordernumber orderid invoiceno 订单号 订单编号 单号 訂單號 訂單編號 單號",
    "placed_at": "placedat orderdate date invoicedate createdat 下单时间 订单时间 下单日期 日期 下單時間 訂單日期",
    "status": "status orderstatus state 状态 订单状态 狀態 訂單狀態",
    "customer_code": "customercode customerid customerno customernumber clientid 客户编号 客户号 客戶編號 會員編號",
    "customer_name": "customername customer client buyer buyername 客户 客户名称 买家 客戶 客戶名稱 買家",
    "email": "email emailaddress mail buyeremail 邮箱 电子邮件 电子邮箱 郵箱 電子郵件",
    "phone": "phone telephone tel mobile phonenumber 电话 手机 联系电话 手机号 電話 手機 聯絡電話",
    "ship_name": "shipname recipient shipto receiver consignee shippingname 收货人 收件人 收貨人",
    "line1": "line1 address address1 street shippingaddress addressline1 地址 收货地址 收貨地址",
    "line2": "line2 address2 addressline2 地址2 地址第二行",
    "city": "city town shippingcity 城市 市",
    "region": "region province state county 省 省份 地区 地區",
    "postcode": "postcode zip zipcode postalcode 邮编 邮政编码 郵編 郵遞區號",
    "country": "country countrycode 国家 國家",
    "sku": "sku stockcode itemcode productcode item articleno 商品编码 货号 产品编号 商品編碼 貨號",
    "product_name": "productname description product itemname title 商品名称 品名 产品名称 商品名稱",
    "quantity": "quantity qty amount count pieces units 数量 件数 數量 件數",
    "unit_price": "unitprice price priceperunit itemprice 单价 价格 售价 單價 價格",
    "requested_date": "requesteddate deliverydate wantedon duedate 要求日期 希望送达 送达日期 希望送達",
    "note": "note notes remark remarks comment comments 备注 留言 備註",
}
_FIELD_OF = {word: field for field, words in reversed(KNOWN.items()) for word in words.split()}


def guess(headings: list[str]) -> Mapping:
    """The mapping that the headings suggest; each heading is used once."""
    found: Mapping = {}
    for heading in headings:
        field = _FIELD_OF.get(re.sub(r"[\W_]+", "", heading.casefold()))
        if field and field not in found:
            found[field] = heading
    return found


def check(mapping: Mapping, headings: list[str]) -> None:
    """DomainError for a mapping that lacks a required field or names a field or heading that does not exist."""
    unknown = sorted(set(mapping) - set(FIELDS))
    if unknown:
        raise DomainError(_("There is no field %(names)s.") % {"names": ", ".join(unknown)})
    absent = sorted({heading for heading in mapping.values() if heading not in headings})
    if absent:
        raise DomainError(
            _("The file has no column %(names)s. It has: %(headings)s.")
            % {"names": ", ".join(absent), "headings": ", ".join(headings)}
        )
    missing = [str(FIELDS[field]) for field in REQUIRED if field not in mapping]
    if missing:
        raise DomainError(_("Say which column is: %(names)s.") % {"names": ", ".join(missing)})


def load(name_or_file: str) -> Mapping:
    """A mapping saved under a name, or from a JSON file `{"field": "heading"}`."""
    path = Path(name_or_file)
    if not path.is_file():
        saved = ImportMapping.objects.filter(name=name_or_file).first()
        if saved is None:
            raise DomainError(
                _("There is neither a saved mapping nor a file called %(name)s.") % {"name": name_or_file}
            )
        return saved.fields
    try:
        fields = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, UnicodeDecodeError) as error:
        raise DomainError(_("%(name)s is not JSON: %(error)s") % {"name": path.name, "error": error}) from error
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise DomainError(_('A mapping is written {"field": "heading", …}.'))
    return {field: heading for field, heading in fields.items() if heading}
