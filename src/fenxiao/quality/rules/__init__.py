"""The rules of grading: eleven indicators, policies, levels, grades and their explanation. Pure."""

from fenxiao.quality.rules.explanation import (
    Explanation,
    GateLine,
    IndicatorLine,
    PowerLine,
    explanation_of_grade,
)
from fenxiao.quality.rules.gates import Gate, RedLine
from fenxiao.quality.rules.grades import Grade, Measure, MeasuredGrade
from fenxiao.quality.rules.indicators import INDICATORS, Indicator, Power, Unit
from fenxiao.quality.rules.levels import Before, Scored, Showing, Step, level_for, next_level, weigh_powers
from fenxiao.quality.rules.overrides import Override
from fenxiao.quality.rules.policy import PolicyBody, body_for, default_policy, override_on
from fenxiao.quality.rules.ways_up import Change, Way
from fenxiao.quality.rules.words import Words

__all__ = [
    "INDICATORS",
    "Before",
    "Change",
    "Explanation",
    "Gate",
    "GateLine",
    "Grade",
    "Indicator",
    "IndicatorLine",
    "Measure",
    "MeasuredGrade",
    "Override",
    "PolicyBody",
    "Power",
    "PowerLine",
    "RedLine",
    "Scored",
    "Showing",
    "Step",
    "Unit",
    "Way",
    "Words",
    "body_for",
    "default_policy",
    "explanation_of_grade",
    "level_for",
    "next_level",
    "override_on",
    "weigh_powers",
]
