"""Matching: which goods suit whom, from who had what and from what is written about the goods.

Keeps nothing and knows no tables: arrays in, arrays out, the same code in the house and in `fenxiao bench matching`.
"""

from fenxiao.discovery.matching.both_ways import Best, alike_users, best_both_ways, best_partners
from fenxiao.discovery.matching.histories import Histories, histories_of
from fenxiao.discovery.matching.likeness import Goods, rarity_of, telling, traits_matrix, traits_of
from fenxiao.discovery.matching.measures import Quality, quality_of
from fenxiao.discovery.matching.model import Model, best_for, fit, scores_by_profile, scores_of
from fenxiao.discovery.matching.pairs import pair_strengths
from fenxiao.discovery.matching.ranking import best_of, without
from fenxiao.discovery.matching.settings import PLACES, SHOPPING, Settings

__all__ = [
    "PLACES",
    "SHOPPING",
    "Best",
    "Goods",
    "Histories",
    "Model",
    "Quality",
    "Settings",
    "alike_users",
    "best_both_ways",
    "best_for",
    "best_of",
    "best_partners",
    "fit",
    "histories_of",
    "pair_strengths",
    "quality_of",
    "rarity_of",
    "scores_by_profile",
    "scores_of",
    "telling",
    "traits_matrix",
    "traits_of",
    "without",
]
