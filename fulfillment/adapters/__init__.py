"""How we talk with carriers: each `Carrier.adapter` is a module here with the same three verbs."""

from fulfillment.adapters.base import Adapter, Booked, CarrierProblem, Parcel, Reading, Seen, seen_from
from fulfillment.adapters.file import FileAdapter
from fulfillment.adapters.http import HttpAdapter, refuse_address
from fulfillment.adapters.own import OwnAdapter
from fulfillment.adapters.signing import sign, signed_by

__all__ = [
    "Adapter",
    "Booked",
    "CarrierProblem",
    "Parcel",
    "Reading",
    "Seen",
    "adapter_of",
    "refuse_address",
    "seen_from",
    "sign",
    "signed_by",
]


def adapter_of(carrier) -> Adapter:
    """The adapter that a carrier was set up with."""
    if carrier.adapter == carrier.Adapter.HTTP:
        return HttpAdapter(carrier.base_url, carrier.secret)
    return FileAdapter() if carrier.adapter == carrier.Adapter.FILE else OwnAdapter()
