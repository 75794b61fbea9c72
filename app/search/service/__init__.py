"""Finding: what features hand over, and what a person asks."""

from app.search.service.asking import Question, read
from app.search.service.finding import COUNTED, Filters, Hit, Reader, Results, Way, find
from app.search.service.indexing import forget, index, kinds, reads_by, register, rescope
from app.search.service.rebuilding import AT_ONCE, differences, is_current, is_empty, join_lists, rebuild, renew

__all__ = [
    "AT_ONCE", "COUNTED", "Filters", "Hit", "Question", "Reader", "Results", "Way", "differences", "find", "forget",
    "index", "is_current", "is_empty", "join_lists", "kinds", "read", "reads_by", "rebuild", "register", "renew",
    "rescope",
]  # fmt: skip
