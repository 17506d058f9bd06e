# SPDX-License-Identifier: MIT
"""What was measured: medians and ratios, as rows of JSON and as a table."""

import dataclasses
import statistics

CPU = "cpu_us_per_delivery"
METRICS = (CPU, "deliveries_per_second", "p50_us", "p99_us", "p999_us", "generator_share")


@dataclasses.dataclass(frozen=True)
class Case:
    """Which measurement: the same for all subjects that are compared."""
    workload: str
    recipients: int
    window: int
    bytes: int = 200


class Results:
    def __init__(self):
        self.runs: dict[tuple[Case, str, str], list[float]] = {}
        self.peers: set[str] = set()

    def add(self, case: Case, subject: str, metric: str, runs: list[float], is_peer: bool = False) -> None:
        self.runs[case, subject, metric] = runs
        if is_peer:
            self.peers.add(subject)

    def add_bursts(self, case: Case, subject: str, bursts: list[dict], is_peer: bool) -> None:
        for metric in METRICS:
            self.add(case, subject, metric, [burst[metric] for burst in bursts], is_peer)

    def median(self, case: Case, subject: str, metric: str = CPU) -> float | None:
        runs = self.runs.get((case, subject, metric))
        return statistics.median(runs) if runs else None

    def ratio(self, above: tuple[Case, str], below: tuple[Case, str], metric: str = CPU) -> float | None:
        """The median of the ratios of each round that both took part in."""
        upper, lower = self.runs.get((*above, metric)), self.runs.get((*below, metric))
        if not upper or not lower:
            return None
        return statistics.median(one / other for one, other in zip(upper, lower))

    def cases(self) -> list[Case]:
        return list(dict.fromkeys(case for case, _, _ in self.runs))

    def subjects(self, case: Case) -> list[str]:
        return list(dict.fromkeys(subject for place, subject, _ in self.runs if place == case))

    def rows(self) -> list[dict]:
        return [dataclasses.asdict(case) | {"subject": subject, "peer": subject in self.peers, "metric": metric,
                                            "median": round(statistics.median(runs), 4),
                                            "runs": [round(run, 4) for run in runs]}
                for (case, subject, metric), runs in self.runs.items()] + self._ratio_rows()

    def _ratio_rows(self) -> list[dict]:
        """Ours to everyone else of the same case."""
        rows = []
        for case in self.cases():
            subjects = self.subjects(case)
            for ours in (name for name in subjects if name.startswith("malinka")):
                for other in (name for name in subjects if not name.startswith("malinka")):
                    ratio = self.ratio((case, ours), (case, other))
                    if ratio is not None:
                        rows.append(dataclasses.asdict(case) | {"subject": ours, "peer": False, "median": round(ratio, 4),
                                                                "metric": f"cpu_ratio_to_{other}", "runs": []})
        return rows

    def table(self, case: Case) -> str:
        metrics = list(dict.fromkeys(metric for place, _, metric in self.runs if place == case))
        head = f"\n{case.workload}, {case.recipients} recipients, {case.window} in flight, {case.bytes} bytes"
        lines = [head, "  " + "subject".ljust(26) + "".join(metric.rjust(max(len(metric), 9) + 2) for metric in metrics)]
        for subject in self.subjects(case):
            cells = []
            for metric in metrics:
                value = self.median(case, subject, metric)
                cells.append(("" if value is None else format_number(value)).rjust(max(len(metric), 9) + 2))
            lines.append("  " + subject.ljust(26) + "".join(cells))
        return "\n".join(lines)


def format_number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.2f}"
