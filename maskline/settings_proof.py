"""What can be set about codes that prove a number: to whom they go, what they may cost. Fields of `Settings`."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, NoDecode

from maskline.settings_kinds import Countries, Listed, matches

_PRICE = r"[A-Z]{2}=\d{1,3}(\.\d{1,4})?/\d{1,3}(\.\d{1,4})?"

Money = Annotated[float, Field(ge=0, le=1_000_000)]


class ProofSettings(BaseSettings):
    """Amounts are in the currency that your carriers bill in."""

    proof_countries: Countries = Field(
        default=(),
        description="Countries whose mobiles codes are sent to, as ISO 3166 codes with commas between. Not set: those "
        "that calls may be connected to.",
    )
    proof_prices: Annotated[
        tuple[Annotated[str, matches(_PRICE, "write pairs like IN=0.01/0.03: a text, and a call")], ...],
        NoDecode,
        Listed,
    ] = Field(
        default=(),
        description="What a text with a code and a call that says one cost you, by country, with commas between, like "
        "`IN=0.01/0.03,GB=0.05/0.04`. For a country that is not named 0.15 and 0.30 are counted.",
    )
    proof_total_a_day: Money = Field(default=50, description="What all codes of a day (UTC) may cost.")
    proof_country_a_day: Money = Field(default=20, description="What those to one country may cost.")
    proof_block_a_day: Money = Field(
        default=5, description="What those to one block of 100,000 numbers may cost: fraud comes in blocks."
    )
    proof_used_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        default=25,
        description="Where less than this share of a block's codes was used, of 20 at least, none goes there for the "
        "rest of the day.",
    )
    proof_network_a_day: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=50,
        description="Codes that people of one network (/24 of IPv4, /48 of IPv6) may ask for in 24 hours. One "
        "number gets 6.",
    )
