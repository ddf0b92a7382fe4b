"""How long the kitchen needs; pure."""

from collections.abc import Mapping


def minutes_until_ready(mine: Mapping[int, int], ahead: Mapping[int, int], minutes: Mapping[int, int]) -> int:
    """Minutes until an order is ready: its slowest station's pieces ahead and its own, each taking `minutes`.

    All are by station. Stations work side by side and a station makes one piece after the other, so this is the
    makespan of parallel queues; an order that needs no station is ready now.
    """
    return max(((ahead.get(station, 0) + pieces) * minutes[station] for station, pieces in mine.items()), default=0)
