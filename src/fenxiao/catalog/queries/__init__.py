"""What pages and other floors ask of the catalog."""

from fenxiao.catalog.queries.categories import categories_along, category_choices, category_path, top_categories
from fenxiao.catalog.queries.levels import levels_at
from fenxiao.catalog.queries.review import last_admissions, review_queue
from fenxiao.catalog.queries.surroundings import Neighbourhood, neighbourhood, usual_price
from fenxiao.catalog.queries.violations import recorders_of, violations_of, violations_standing

__all__ = [
    "Neighbourhood",
    "categories_along",
    "category_choices",
    "category_path",
    "last_admissions",
    "levels_at",
    "neighbourhood",
    "recorders_of",
    "review_queue",
    "top_categories",
    "usual_price",
    "violations_of",
    "violations_standing",
]
