# SPDX-License-Identifier: MIT
"""How the cost of a delivery grows with the size of a channel, as an SVG with logarithmic axes."""

import math

from .results import Case, Results

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 880, 520, 70, 50, 210, 60
COLOURS = {"malinka-io_uring": "#c2185b", "malinka-send": "#e57399", "bare-send": "#9e9e9e", "bare-coalesce": "#757575",
           "bare-io_uring": "#424242", "mosquitto": "#1976d2", "nats": "#388e3c", "nchan": "#f57c00"}


def draw(results: Results, window: int) -> str:
    """One line for each subject; empty where fewer than two sizes were measured."""
    lines: dict[str, list[tuple[int, float]]] = {}
    sizes = sorted({case.recipients for case in results.cases() if case.workload == "fanout" and case.window == window})
    for size in sizes:
        case = Case("fanout", size, window)
        for subject in results.subjects(case):
            lines.setdefault(subject, []).append((size, results.median(case, subject)))
    if len(sizes) < 2:
        return ""
    return _svg(lines, sizes, f"CPU of the server per delivered message, one publisher, {window} in flight")


def _svg(lines: dict, sizes: list[int], title: str) -> str:
    costs = [cost for points in lines.values() for _, cost in points]
    low, high = math.floor(math.log10(min(costs)) * 3) / 3, math.ceil(math.log10(max(costs)) * 3) / 3

    def x(size: float) -> float:
        share = (math.log10(size) - math.log10(sizes[0])) / (math.log10(sizes[-1]) - math.log10(sizes[0]))
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(cost: float) -> float:
        return TOP + (high - math.log10(cost)) / max(high - low, 0.1) * (HEIGHT - TOP - BOTTOM)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>', _text(LEFT, 28, title, 16)]
    for mark in _marks(low, high):
        parts += [f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(mark):.1f}" y2="{y(mark):.1f}" stroke="#e0e0e0"/>',
                  _text(LEFT - 8, y(mark) + 4, f"{mark:g} µs", 12, "end")]
    for size in sizes:
        parts += [f'<line x1="{x(size):.1f}" x2="{x(size):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#e0e0e0"/>',
                  _text(x(size), HEIGHT - BOTTOM + 20, f"{size:,}", 12, "middle")]
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, "recipients", 13, "middle"))
    for place, (subject, points) in enumerate(sorted(lines.items(), key=lambda item: -item[1][-1][1])):
        colour = COLOURS.get(subject, "black")
        dash = ' stroke-dasharray="6 4"' if subject.startswith("bare") else ""
        path = " ".join(f"{x(size):.1f},{y(cost):.1f}" for size, cost in points)
        parts += [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"{dash}/>',
                  *(f'<circle cx="{x(size):.1f}" cy="{y(cost):.1f}" r="3.5" fill="{colour}"/>' for size, cost in points),
                  f'<rect x="{WIDTH - RIGHT + 24}" y="{TOP + place * 24}" width="14" height="14" fill="{colour}"/>',
                  _text(WIDTH - RIGHT + 46, TOP + place * 24 + 12, f"{subject} {points[-1][1]:.2f}", 13)]
    return "\n".join([*parts, "</svg>", ""])


def _marks(low: float, high: float) -> list[float]:
    marks = [digit * 10.0 ** power for power in range(math.floor(low), math.ceil(high) + 1) for digit in (1, 2, 5)]
    return [mark for mark in marks if low <= math.log10(mark) <= high]


def _text(x: float, y: float, text: str, size: int, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{text}</text>'
