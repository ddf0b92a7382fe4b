"""One run of the solver in a process of its own: question on standard input, tours on standard output.

A Celery worker may not fork children, and a fresh interpreter inherits no database connection.
"""

import pickle
import sys
import time

import pyvrp
from pyvrp import PenaltyParams, SolveParams
from pyvrp.stop import MaxRuntime, MultipleCriteria, NoImprovement

from fulfillment.routing.instance import Instance
from fulfillment.routing.model import Model

Tours = dict[int, tuple[int, ...]]


def search(instance: Instance, until: float, seed: int, patience: int | None) -> Tours | None:
    """The best tours found before the moment `until`; None when the solver found none that keep every rule."""
    model = Model(instance)
    criteria = [MaxRuntime(max(0.1, until - time.time()))]
    if patience:
        criteria.append(NoImprovement(patience))
    result = pyvrp.solve(
        model.data(),
        MultipleCriteria(criteria),
        seed=seed,
        collect_stats=False,
        display=False,
        params=_params(instance),
    )
    return model.tours(result.best) if result.is_feasible() else None


def _params(instance: Instance) -> SolveParams:
    """Penalties must be able to outweigh what breaking a rule saves, so they grow with the prices and prizes."""
    dearest = max([1, *(max(v.per_metre, v.per_second) for v in instance.vehicles)])
    most = max([PenaltyParams.max_penalty * dearest, *(4 * stop.prize for stop in instance.stops)])
    return SolveParams(penalty=PenaltyParams(max_penalty=most))


if __name__ == "__main__":
    # what comes in was written by the parent process, and nobody else holds this pipe
    sys.stdout.buffer.write(pickle.dumps(search(*pickle.load(sys.stdin.buffer))))
