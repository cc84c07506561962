"""Make the shipped category file from the two text files of the Shopify product taxonomy.

    python tools/build_taxonomy.py categories.zh-CN.txt categories.en.txt src/fenxiao/catalog/taxonomy/categories.tsv

The Chinese file decides which categories there are. One line each: id, depth, Chinese name, English name, tab between;
parents stand before their children, and a parent's id is the child's without its last part.
"""

import sys
from pathlib import Path

ZERO_WIDTH = str.maketrans("", "", "\u200b\u200c\u200d\ufeff")  # some Chinese names hold such marks, which no one sees
HEADER = "id\tdepth\tzh\ten"
Names = dict[str, list[str]]  # id → names from the root down to the category


def main(chinese: Path, english: Path, target: Path) -> int:
    """Write `target` and say what it holds."""
    zh, en = read_names(chinese), read_names(english)
    check_tree(zh)
    rows = [f"{key}\t{len(names)}\t{names[-1]}\t{en.get(key, [''])[-1]}" for key, names in zh.items()]
    target.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    print(f"{len(rows)} categories, {sum(len(names) == 3 for names in zh.values())} on the third level")
    print(f"{len(zh.keys() - en.keys())} without an English name, {len(en.keys() - zh.keys())} English ones left out")
    return 0


def read_names(path: Path) -> Names:
    """The names of every category in one language, in the file's order."""
    names: Names = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("gid://"):
            gid, _, trail = line.partition(" : ")
            names[gid.strip().rpartition("/")[2]] = trail.translate(ZERO_WIDTH).strip().split(" > ")
    return names


def check_tree(names: Names) -> None:
    """Every category follows its parent, one level deeper, and no name holds a tab."""
    seen: set[str] = set()
    for key, trail in names.items():
        parent = parent_id(key)
        if (parent and (parent not in seen or names[parent] != trail[:-1])) or "\t" in trail[-1]:
            raise SystemExit(f"{key}: {' > '.join(trail)} does not follow its parent")
        seen.add(key)


def parent_id(key: str) -> str:
    """The id of the category one level up; empty for a root."""
    return key.rpartition("-")[0]


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4])))
