"""The one table that all benchmarks end in."""

from dataclasses import dataclass

_COLUMNS = ("what", "ours", "peer", "ratio", "goal", "met")


@dataclass(frozen=True)
class Row:
    """`met` is None where there is no goal to meet."""

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None

    @property
    def cells(self):
        verdict = {True: "yes", False: "NO", None: ""}[self.met]
        return (self.what, self.ours, self.peer, self.ratio, self.goal, verdict)


def render(rows):
    """A table that is one for Markdown and for the eye."""
    cells = [_COLUMNS, *(row.cells for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_COLUMNS))]
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def si(value):
    """1234567 -> "1.23 M"."""
    for limit, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= 0.9995 * limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.3g}"


def seconds(value):
    return f"{value:.2f} s"


def microseconds(value):
    return f"{value * 1e6:.1f} µs"


def mebibytes(value):
    return f"{value / (1 << 20):.1f} MiB"


def times(value):
    return f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"
