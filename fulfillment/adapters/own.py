"""Our own fleet, and carriers whose numbers people type in: there is nothing to book."""

from fulfillment.adapters.base import Booked, Parcel, Reading


class OwnAdapter:
    """The shipment's number is its tracking number."""

    def book(self, parcel: Parcel) -> Booked:
        return Booked(parcel.tracking_number or parcel.number)

    def cancel(self, tracking_number: str, *, key: str) -> None:
        return None

    def read_events(self, content: bytes = b"") -> Reading:
        return Reading([], [])
