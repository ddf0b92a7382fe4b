"""Plan with a real solver: PyVRP in several processes with different seeds, the best plan wins."""

import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from fulfillment.routing.insertion import insert_all
from fulfillment.routing.instance import Instance, Plan, left_out
from fulfillment.routing.schedule import plan_of

MADE_BY = "pyvrp"
ROOT = Path(__file__).resolve().parents[2]
GRACE = 20  # seconds that a run may take beyond its budget before it is given up
Tours = dict[int, tuple[int, ...]]


class Unsolvable(Exception):
    """No plan was found that serves every required stop within the rules."""


def solve(
    instance: Instance,
    *,
    seconds: float,
    seed: int = 1,
    processes: int = 2,
    patience: int | None = None,
    tick: Callable[[float], None] | None = None,
) -> Plan:
    """The best plan found in `seconds`, of the solver's runs and of plain insertion; raises Unsolvable.

    A run ends early after `patience` rounds without a better plan. `tick(part)` hears once a second which part of the
    time is spent.
    """
    began = time.time()
    with ThreadPoolExecutor(processes) as pool:
        questions = [(instance, began + seconds, seed + number, patience) for number in range(processes)]
        runs = [pool.submit(_run, question, seconds + GRACE) for question in questions]
        plans = [insert_all(instance)]
        while wait(runs, timeout=1).not_done:
            if tick:
                tick(min(1.0, (time.time() - began) / seconds))
    found = [run.result() for run in runs]
    plans += [plan_of(instance, tours, made_by=MADE_BY) for tours in found if tours is not None]
    return _best(instance, plans)


def _run(question: tuple, timeout: float) -> Tours | None:
    done = subprocess.run(
        [sys.executable, "-m", "fulfillment.routing.worker"],
        cwd=ROOT,
        input=pickle.dumps(question),
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the solver's process failed: {done.stderr.decode(errors='replace')[-2000:]}")
    return pickle.loads(done.stdout)


def _best(instance: Instance, plans: list[Plan]) -> Plan:
    whole = [plan for plan in plans if not any(s.required for s in left_out(instance, plan.tours.values()))]
    if not whole:
        raise Unsolvable
    return min(whole, key=lambda plan: plan.value(instance))
