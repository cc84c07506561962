"""News of products, in rows of at most a thousand."""

from collections.abc import Sequence
from typing import Any

from fenxiao.kernel import outbox

MOST = 1_000


# not one act: the last step of several
def tell(name: str, products: Sequence[int], **more: Any) -> None:
    """Publish `name` for these products; nothing for none."""
    for start in range(0, len(products), MOST):
        outbox.publish(name, products=list(products[start : start + MOST]), **more)
