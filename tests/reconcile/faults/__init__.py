"""Faults that are planted: what a lost write, a doubled one or a hand in the database would leave behind."""

from tests.reconcile.faults.doing import CASES, FEEDBACK
from tests.reconcile.faults.everywhere import EVERYWHERE
from tests.reconcile.faults.fault import Fault, Planted, plant
from tests.reconcile.faults.figures import INSIGHTS
from tests.reconcile.faults.giving import MATCHING
from tests.reconcile.faults.needing import NEEDS

FAULTS: tuple[Fault, ...] = (*NEEDS, *MATCHING, *CASES, *FEEDBACK, *INSIGHTS, *EVERYWHERE)

__all__ = ["FAULTS", "Fault", "Planted", "plant"]
