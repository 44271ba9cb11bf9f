"""
Texts to India: what TRAI's DLT rules ask of a commercial sender.

A text to +91 must come from a registered header (six letters, not a phone number), and follow a registered template of
a registered entity, or the operators drop it. `./run texts` prints our templates as they are registered, and
docs/going-live.md tells the steps. Source: TCCCPR 2018 and its DLT platforms; Plivo's `dlt_…` fields stand in its SDK's
message resource.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.e164 import E164

_INDIA = "+91"
CATEGORY = "service_implicit"
"""What the person asked for by agreeing to be reached; not promotion."""


@dataclass(frozen=True, slots=True)
class Dlt:
    """entity_id: digits. header: six letters. templates: our name of a template ("missed-hi-label") -> its DLT id."""

    entity_id: str
    header: str
    templates: Mapping[str, str] = field(default_factory=dict)

    def covers(self, to: E164) -> bool:
        """Whether a text to `to` falls under these rules."""
        return to.value.startswith(_INDIA)

    def fields(self, template: str | None) -> dict[str, str]:
        """What Plivo wants beside the text; the template's id only where one is registered."""
        known = self.templates.get(template or "")
        told = {"dlt_entity_id": self.entity_id, "dlt_template_category": CATEGORY}
        return told | ({"dlt_template_id": known} if known else {})
