"""Which orders share a cart; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """One order's goods: their weight, in g, and the bins they lie in."""

    key: int
    weight_g: int
    bins: frozenset[str]

    @property
    def aisles(self) -> frozenset[str]:
        return frozenset(aisle(bin) for bin in self.bins)


def aisle(bin: str) -> str:
    """The part of a bin's name before its last number: A-12 and A-3 stand in the same aisle."""
    return re.sub(r"[^A-Za-z0-9]*\d+\D*$", "", bin.upper()) or bin.upper()


def choose(jobs: Sequence[Job], totes: int, max_weight_g: int = 0) -> list[int]:
    """The keys of the jobs for one cart: the most important first, then those that lie nearest to it.

    `jobs` come in order of importance. `max_weight_g` 0 means that the cart carries anything.
    """
    room = max_weight_g or float("inf")
    seed = next((job for job in jobs if job.weight_g <= room), None)
    if seed is None:
        return []
    chosen, room = [seed], room - seed.weight_g
    rest = [job for job in jobs if job is not seed]
    while len(chosen) < totes and (fitting := [job for job in rest if job.weight_g <= room]):
        bins = frozenset().union(*(job.bins for job in chosen))
        aisles = frozenset().union(*(job.aisles for job in chosen))
        # min keeps the first of equals, which is the most important one
        nearest = min(fitting, key=lambda job: (len(job.aisles - aisles), len(job.bins - bins)))
        chosen.append(nearest)
        room -= nearest.weight_g
        rest.remove(nearest)
    return [job.key for job in chosen]
