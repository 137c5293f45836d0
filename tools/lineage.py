"""The lineage picture of the README, by layer and subject, drawn from the parsed project.

`make picture` writes it to docs/lineage.svg; a test holds the file equal to what is drawn here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from pathlib import Path
from typing import Any

from dbt.contracts.graph.manifest import Manifest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from slotwatch.warehouse.dbt_runs import Project

FILE = Path("docs/lineage.svg")

LAYERS = {
    "raw": "tables as they come",
    "staging": "clean, or refused",
    "intermediate": "identity and rules",
    "history": "snapshots, ledgers",
    "marts": "what you query",
    "interfaces": "views, old names",
}
SUBJECTS = (
    "companies", "people", "slots", "filings", "signals", "bands", "proofs", "messages", "queues", "operations",
)  # fmt: skip
"""The rows from top to bottom: the folders that models of a subject lie in, in every layer."""

SEEDS = "seeds"  # only counted, because a column for them would hide the rest
LAYER_OF_TYPE = {"source": "raw", "seed": SEEDS, "snapshot": "history"}
LAYER_OF_FOLDER = {"ledgers": "history"}

# Pixels. GitHub shows a README at most 880 wide.
WIDTH, LEFT, TOP, RIGHT, BOTTOM = 880, 102, 76, 18, 50
BOX_WIDTH, BOX_HEIGHT, ROW = 72, 30, 46

Cell = tuple[str, str]  # layer, subject


@dataclass(frozen=True)
class Lineage:
    """The number of nodes in each cell of layer and subject, and the number of references between cells."""

    nodes: Mapping[Cell, int]
    references: Mapping[tuple[Cell, Cell], int]
    seeds: int


def lineage(manifest: Manifest) -> Lineage:
    """Counts a parsed project. Raises ValueError for a model in a layer or of a subject that the picture lacks."""
    nodes: dict[str, Any] = {
        unique_id: node
        for unique_id, node in {**manifest.sources, **manifest.nodes}.items()
        if node.resource_type in ("source", "seed", "model", "snapshot")
    }
    pairs = [(parent, name) for name, node in nodes.items() for parent in parents(node) if parent in nodes]
    read = {parent for parent, _ in pairs}  # the synonyms of headers are read with the raw files, by no model
    nodes = {name: node for name, node in nodes.items() if node.resource_type != "seed" or name in read}
    cells = _cells(nodes, pairs)
    between = ((cells[parent], cells[child]) for parent, child in pairs)
    return Lineage(
        nodes=Counter(cell for cell in cells.values() if cell[0] != SEEDS),
        references=Counter((parent, child) for parent, child in between if parent[0] not in (SEEDS, child[0])),
        seeds=sum(cell[0] == SEEDS for cell in cells.values()),
    )


def parents(node: Any) -> list[str]:
    """Unique ids of what a node reads; raw tables and seeds read nothing."""
    return [] if node.resource_type in ("source", "seed") else node.depends_on.nodes


def _cells(nodes: Mapping[str, Any], pairs: list[tuple[str, str]]) -> dict[str, Cell]:
    """Layer and subject of each node, by unique id.

    A node outside the folders of subjects (raw tables, seeds, ledgers, snapshots, interfaces, the first steps of
    staging) gets the subject of the nodes that it reads and that read it. A reference of a model that reads n tables
    counts 1/n, so that a model that reads only this table counts most. In a tie the upper row wins.
    """
    layers = {name: _layer(node) for name, node in nodes.items()}
    if unknown := sorted(set(layers.values()) - {*LAYERS, SEEDS}):
        raise ValueError(f"The picture has no column for {', '.join(unknown)}: add it to LAYERS in tools/lineage.py.")
    subjects = {name: node.fqn[2] for name, node in nodes.items() if len(node.fqn) > 2 and node.fqn[2] in SUBJECTS}
    shares = {name: 1 / max(1, len(parents(node))) for name, node in nodes.items()}
    neighbours: dict[str, list[tuple[str, float]]] = {name: [] for name in nodes}
    for parent, child in pairs:
        neighbours[parent].append((child, shares[child]))
        neighbours[child].append((parent, shares[child]))
    while missing := [name for name in nodes if name not in subjects]:
        decided = {}
        for name in missing:
            votes: Counter[str] = Counter()
            for other, share in neighbours[name]:
                if other in subjects:
                    votes[subjects[other]] += share
            if votes:
                decided[name] = min(votes, key=lambda row, votes=votes: (-votes[row], SUBJECTS.index(row)))
        if not decided:
            raise ValueError(f"The picture knows no subject of {', '.join(missing)}: nothing reads it.")
        subjects |= decided
    return {name: (layers[name], subjects[name]) for name in nodes}


def _layer(node: Any) -> str:
    return LAYER_OF_TYPE.get(node.resource_type) or LAYER_OF_FOLDER.get(node.fqn[1], node.fqn[1])


def picture(counted: Lineage) -> str:
    """The picture as an SVG, with colours for light and dark pages."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    columns = [
        {
            "x": _left((layer, SUBJECTS[0])) + BOX_WIDTH / 2,
            "name": layer,
            "says": says,
            "count": sum(count for (of, _), count in counted.nodes.items() if of == layer),
        }
        for layer, says in LAYERS.items()
    ]
    boxes = [
        {"x": _left(cell), "y": _middle(cell) - BOX_HEIGHT / 2, "hue": SUBJECTS.index(cell[1]), "count": count}
        for cell, count in sorted(counted.nodes.items(), key=lambda item: _place(item[0]))
    ]
    rows = [{"name": name, "y": _middle((next(iter(LAYERS)), name)), "hue": i} for i, name in enumerate(SUBJECTS)]
    return environment.get_template("lineage.svg.j2").render(
        width=WIDTH,
        height=TOP + ROW * len(SUBJECTS) + BOTTOM,
        box={"width": BOX_WIDTH, "height": BOX_HEIGHT},
        left=LEFT,
        columns=columns,
        rows=rows,
        boxes=boxes,
        arrows=_arrows(counted),
        hues=_hues(),
        seeds=counted.seeds,
        references=sum(counted.references.values()),
    )


def _arrows(counted: Lineage) -> list[dict[str, Any]]:
    """One curve per pair of cells, as wide as there are references; the ends on a box's side stand below each other."""
    starts: dict[tuple[Cell, bool], list[tuple[Cell, Cell]]] = {}
    ends: dict[tuple[Cell, bool], list[tuple[Cell, Cell]]] = {}
    for parent, child in sorted(counted.references, key=lambda pair: (_place(pair[0]), _place(pair[1]))):
        forward = _column(parent) < _column(child)
        starts.setdefault((parent, forward), []).append((parent, child))
        ends.setdefault((child, forward), []).append((parent, child))
    leaves: dict[tuple[Cell, Cell], tuple[float, float]] = {}
    arrives: dict[tuple[Cell, Cell], tuple[float, float]] = {}
    for (cell, _), pairs in starts.items():
        leaves |= _spread(cell, sorted(pairs, key=lambda pair: _middle(pair[1])), counted.references)
    for (cell, _), pairs in ends.items():
        arrives |= _spread(cell, sorted(pairs, key=lambda pair: _middle(pair[0])), counted.references)
    drawn = []
    for pair, (y1, room) in leaves.items():
        parent, child = pair
        forward = _column(parent) < _column(child)
        x1, x2 = _left(parent) + BOX_WIDTH * forward, _left(child) + BOX_WIDTH * (not forward)
        (y2, room_there), bend = arrives[pair], (x2 - x1) / 2
        curve = f"M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        width = sqrt(counted.references[pair]) * min(room, room_there)
        look = {"hue": SUBJECTS.index(parent[1]), "back": not forward, "width": f"{width:.1f}"}
        drawn.append(
            {"curve": curve, "says": f"{_words(parent)} to {_words(child)}: {counted.references[pair]}"} | look
        )
    return drawn


def _spread(
    cell: Cell, pairs: list[tuple[Cell, Cell]], references: Mapping[tuple[Cell, Cell], int]
) -> dict[tuple[Cell, Cell], tuple[float, float]]:
    """Where arrows meet one side of a box, from top to bottom: heights, and pixels per root of references."""
    widths = [sqrt(references[pair]) for pair in pairs]
    scale = min(1.6, (BOX_HEIGHT - 6) / sum(widths))
    top = _middle(cell) - scale * sum(widths) / 2
    return {
        pair: (top + scale * (below - width / 2), scale)
        for pair, width, below in zip(pairs, widths, accumulate(widths), strict=True)
    }


def _column(cell: Cell) -> int:
    return list(LAYERS).index(cell[0])


def _place(cell: Cell) -> tuple[int, int]:
    return _column(cell), SUBJECTS.index(cell[1])


def _left(cell: Cell) -> float:
    return LEFT + _column(cell) * (WIDTH - LEFT - RIGHT - BOX_WIDTH) / (len(LAYERS) - 1)


def _middle(cell: Cell) -> float:
    return TOP + ROW * SUBJECTS.index(cell[1]) + ROW / 2


def _words(cell: Cell) -> str:
    return f"{cell[1]} in {cell[0]}"


def _hues() -> list[int]:
    """A hue in degrees for each subject, going once round from blue."""
    return [(215 + round(i * 360 / len(SUBJECTS))) % 360 for i in range(len(SUBJECTS))]


def main() -> None:
    """Writes the picture of the project in the working directory."""
    FILE.write_text(picture(lineage(Project.parse().manifest)), encoding="utf-8")


if __name__ == "__main__":
    main()
