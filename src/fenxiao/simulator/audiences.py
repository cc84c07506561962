"""What is known of simulated creators beyond their sales: words, followers, broadcasts and videos, consent."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

import numpy as np

from fenxiao.facts import services as facts
from fenxiao.facts.models import CreatorDay
from fenxiao.facts.rules import ToldContent
from fenxiao.parties import services as parties
from fenxiao.parties.audience import BUCKETS, WHOLE_BP
from fenxiao.parties.models import CreatorProfile, Organisation
from fenxiao.simulator.world import BY, World

STREAM = 0x737175  # draws of their own: the rest of the world stays as it is, whatever is drawn here
DAYS = 30
SHARE_WHO_CONSENT = 0.6
USUAL_GPM_FEN = 6_000
LARGE_REGIONS = 7  # regions that are told of each creator; platforms tell the largest
WAYS = ("每晚直播", "一周三场直播", "短视频为主", "图文和短视频", "早晚各一场直播", "不定期专场")
WORDS = (
    "只推荐自己用过的",
    "帮大家把价格谈下来",
    "认真看成分和做工",
    "实测之后再说好不好",
    "工厂直发，少走弯路",
    "给家里挑东西",
)
# What followers of each age are like: of a young, a middle and an older audience.
AGES = np.array([[9, 30, 32, 19, 6, 4], [3, 12, 26, 34, 16, 9], [2, 6, 14, 26, 27, 25]], dtype=float)
# Who watches whom, by the top category most of a creator's links lead to: the share of women, the odds of each age.
WATCHERS = {"hb": (0.82, (5, 3, 1)), "aa": (0.7, (4, 3, 1)), "fb": (0.55, (1, 4, 4)), "ap": (0.6, (4, 4, 1))}
ANYBODY = (0.6, (1, 1, 1))
AS_LIKE = 12  # how near creators of one category keep to this


def show_themselves(world: World, *, now: datetime) -> None:
    """Tell of every creator what the square shows, as of `now`."""
    rng = np.random.default_rng([world.seed, STREAM])
    cities = dict(CreatorProfile.objects.values_list("creator", "city"))
    lines = _lines(world)
    for creator in world.creators:
        words = f"{WAYS[rng.integers(len(WAYS))]}，{WORDS[rng.integers(len(WORDS))]}。"
        city = cities.get(creator.pk, "")
        parties.introduce_creator(creator, city=city, introduction=words, by=BY, now=now)
        parties.tell_audience(
            creator, shares=_audience(rng, lines.get(creator.pk, "")), told_by=BY.name, by=BY, now=now
        )
        if rng.random() < SHARE_WHO_CONSENT:
            parties.disclose_figures(creator, shows_exact=True, by=BY, now=now)
    rows = [row for creator in world.creators for row in _content(world, creator, rng)]
    facts.take_content_days(rows, told_by=BY.name, by=BY, now=now)


def _lines(world: World) -> dict[int, str]:
    """The top category that most links of each creator lead to."""
    categories = {product.pk: product.category_id.partition("-")[0] for product in world.products}
    links: dict[int, Counter[str]] = defaultdict(Counter)
    for link in world.links:
        links[link.creator_id][categories[link.product_id]] += 1
    return {creator: counts.most_common(1)[0][0] for creator, counts in links.items()}


def _audience(rng: np.random.Generator, line: str) -> dict[str, dict[str, int]]:
    share, odds = WATCHERS.get(line, ANYBODY)
    women = rng.beta(AS_LIKE * share, AS_LIKE * (1 - share))
    ages = AGES[rng.choice(len(AGES), p=np.array(odds) / sum(odds))]
    regions = rng.permutation(list(BUCKETS["region"]))[:LARGE_REGIONS]
    return {
        "gender": _shares(["female", "male"], np.array([women, 1 - women])),
        "age": _shares(list(BUCKETS["age"]), rng.dirichlet(ages / 2)),
        "region": _shares(regions.tolist(), rng.dirichlet(np.full(LARGE_REGIONS, 2.0)) * 0.7),
    }


def _shares(buckets: list[str], parts: np.ndarray) -> dict[str, int]:
    return {bucket: int(part * WHOLE_BP) for bucket, part in zip(buckets, parts, strict=True)}


def _content(world: World, creator: Organisation, rng: np.random.Generator) -> list[ToldContent]:
    """Every day's broadcasts and videos; what they sold is what was sold here, their views follow from it."""
    since = world.today - timedelta(days=DAYS)
    days = CreatorDay.objects.filter(creator=creator, day__gte=since, day__lt=world.today)
    sold = dict(days.values_list("day", "promoted_gmv_fen"))
    gpm_fen = USUAL_GPM_FEN * float(rng.lognormal(0, 0.5))
    live_share = float(rng.choice([0.0, 0.5, 0.9]))  # of what is sold
    quiet_views = world.followers[creator.pk] / 400
    rows: list[ToldContent] = []
    for number in range(DAYS):
        day = since + timedelta(days=number)
        for medium, part in (("live", live_share), ("video", 1 - live_share)):
            gmv_fen = int(sold.get(day, 0) * part)
            if not part or not (gmv_fen or rng.random() < 0.3):
                continue
            views = int((gmv_fen / gpm_fen * 1000 + quiet_views * 0.2) * float(rng.uniform(0.8, 1.2))) + 50
            rows.append(
                ToldContent(
                    line=len(rows) + 1,
                    creator_id=creator.pk,
                    day=day,
                    medium=medium,
                    pieces=int(rng.integers(1, 4)),
                    views=views,
                    gmv_fen=gmv_fen,
                )
            )
    return rows
