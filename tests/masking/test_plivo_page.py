"""The page for those who come from Plivo: it names every parameter of Plivo's, and no field that ours lacks."""

import re
from pathlib import Path

from maskline.openapi_api import OPERATIONS

PAGE = (Path(__file__).parents[2] / "docs" / "moving-from-plivo.md").read_text()
PLIVOS = """
first_party second_party session_expiry call_time_limit ring_timeout record record_file_format recording_callback_url
recording_callback_method initiate_call_to_first_party callback_url callback_method first_party_play_url
second_party_play_url is_pin_authentication_required generate_pin generate_pin_length first_party_pin second_party_pin
pin_prompt_play pin_retry pin_retry_wait incorrect_pin_play unknown_caller_play force_pin_authentication geomatch
create_session_with_single_party virtual_number_cooloff_period subaccount
"""
"""What plivo 4.63.0 sends to make a session: resources/maskingsession.py."""


def rows() -> list[list[str]]:
    """The rows of the first table: Plivo's parameter, ours, what differs."""
    table = PAGE.split("## What is told back")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:3] == "| `"]


def test_every_parameter_of_plivos_is_there_once():
    named = [name for row in rows() for name in re.findall(r"`(\w+)`", row[0])]

    assert sorted(named) == sorted(PLIVOS.split())


def test_each_counterpart_is_a_field_of_our_api():
    fields = {name for each in OPERATIONS for name in each.json or {}}
    fields |= {name for name in fields_of_people() if name}

    for row in rows():
        ours = [name.split(".")[0] for name in re.findall(r"`([\w.]+)`", row[1])]
        assert set(ours) <= fields, row
        assert ours or row[1] == "none" or "client" in row[1], row


def fields_of_people() -> set[str]:
    making = next(each for each in OPERATIONS if each.name == "makeSession")
    assert making.json is not None
    return set(making.json["participants"]["items"]["properties"])
