"""docs/exchange.md tells what there is."""

from pathlib import Path

from exchange import VARIANTS

PAGE = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text()


def test_every_variant_is_explained_with_its_choices():
    for variant in VARIANTS:
        rows = [row for row in PAGE.splitlines() if row.startswith(f"| {variant.carrier} | `{variant.key}`")]

        assert len(rows) == 1, variant
        assert rows[0].endswith(f"| {', '.join(variant.choices)} |")
