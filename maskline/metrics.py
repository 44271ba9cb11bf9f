"""What is counted for /metrics. Labels are words of ours and services' ids, never a number or an address."""

from collections.abc import Mapping
from uuid import UUID

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    """Counters of one process, in a registry of its own, so that tests and workers side by side do not share."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._webhooks = Counter(
            "maskline_webhooks", "Carrier webhooks by what became of them", ["carrier", "event", "result"],
            registry=self.registry,
        )  # fmt: skip
        self._blind = Counter(
            "maskline_quota_blind", "Uses of a quota that Valkey could not count", ["quota"], registry=self.registry
        )
        self._jobs = Counter(
            "maskline_jobs", "Outbox jobs by kind and result", ["kind", "result"], registry=self.registry
        )
        self._swept = Counter("maskline_swept_rows", "Rows removed by retention", ["rule"], registry=self.registry)
        self._drift = Gauge(
            "maskline_clock_drift_seconds", "This machine's clock against Postgres's", registry=self.registry
        )
        self._low = Gauge(
            "maskline_pool_low_share", "Share of a service's numbers in use, of the services that run out",
            ["service"], registry=self.registry,
        )  # fmt: skip

    def webhook(self, carrier: str, event: str, result: str) -> None:
        """result: ok, refused, apology or away."""
        self._webhooks.labels(carrier, event, result).inc()

    def blind(self, quota: str) -> None:
        """A quota answered without its counter."""
        self._blind.labels(quota).inc()

    def job(self, kind: str, result: str) -> None:
        """result: done, retry or dead."""
        self._jobs.labels(kind, result).inc()

    def swept(self, rule: str, rows: int) -> None:
        """Retention removed rows."""
        self._swept.labels(rule).inc(rows)

    def drift(self, seconds: float) -> None:
        """How far this machine's clock is off."""
        self._drift.set(seconds)

    def low_pools(self, shares: Mapping[UUID, float]) -> None:
        """Services whose numbers run out, and how much of them is in use, 0 to 1. Those that are well have no line."""
        self._low.clear()
        for service, share in shares.items():
            self._low.labels(str(service)).set(share)

    def page(self) -> bytes:
        """The text that /metrics answers."""
        return generate_latest(self.registry)
