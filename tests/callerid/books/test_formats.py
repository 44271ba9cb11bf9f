"""Address books as phones export them, in whatever pieces they come."""

import quopri
import sys
from collections import Counter
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callerid.books.charsets import ToUtf8
from callerid.books.json_lines import JsonLines
from callerid.books.lines import Lines
from callerid.books.tables import Table
from callerid.books.values import LONGEST_LINE, Contact, Reading, Refused
from callerid.books.vcards import VCards

UNREADABLE = Contact(refused=Refused.UNREADABLE)


def read(reading: Reading, body: bytes, size: int = 7) -> list[Contact]:
    found: list[Contact] = []
    for start in range(0, len(body), size):
        found += reading.feed(body[start : start + size])
    return found + reading.close()


def card(*lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


@pytest.mark.parametrize(
    ("lines", "name", "numbers"),
    [
        (["FN:Asha Rao", "TEL;TYPE=CELL:+12025550101", "TEL;TYPE=HOME:0770"], "Asha Rao", ("+12025550101", "0770")),
        (["N:Rao;Asha;K.;Dr;", "TEL:1"], "Asha K. Rao", ("1",)),
        (["N:;;;;", "ORG:Rao & Sons;Sales", "TEL:1"], "Rao & Sons;Sales", ("1",)),
        (["item1.FN:Asha", "item1.TEL;type=pref:1", "item1.X-ABLabel:x"], "Asha", ("1",)),
        (["FN:Rao\\, Asha\\; K", "TEL:1"], "Rao, Asha; K", ("1",)),
        (["FN:Asha", "TEL;VALUE=uri;TYPE=\"voice,home\":tel:+1-202-555-0101;ext=5"], "Asha", ("+1-202-555-0101",)),
        (["FN:Ash", " a Rao", "TEL:+1202", "\t5550101"], "Asha Rao", ("+12025550101",)),
        (["FN:Asha", "NOTE:TEL:+1", "ADR:;;TEL;;;;", "PHOTO;ENCODING=b:" + "A" * 500, "TEL:1"], "Asha", ("1",)),
        (["fn:Asha", "tel;cell:1"], "Asha", ("1",)),
    ],
)  # fmt: skip
def test_a_card_is_read(lines: list[str], name: str, numbers: tuple[str, ...]):
    assert read(VCards(), card(*lines)) == [Contact(name, numbers)]


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
@pytest.mark.parametrize("size", [1, 11, 10_000])
def test_quoted_printable_is_read_over_its_soft_ends(charset: str, size: int):
    name = "Zoë Müller " * 9
    quoted = quopri.encodestring(name.strip().encode(charset)).decode().replace("\n", "\r\n")
    body = card(f"FN;CHARSET={charset.upper()};ENCODING=QUOTED-PRINTABLE:{quoted}", "TEL;CELL:1", version="2.1")

    assert read(VCards(), body, size) == [Contact(name.strip(), ("1",))]


def test_a_card_marked_private_says_so():
    assert read(VCards(), card("FN:Asha", "CLASS:PRIVATE", "TEL:1")) == [Contact("Asha", ("1",), private=True)]


def test_broken_cards_are_told_and_the_next_is_read():
    broken = b"BEGIN:VCARD\nFN:Half\n" + card("FN:Asha", "TEL:1") + b"FN:Nobody\nTEL:2\nBEGIN:VCARD\nFN:Cut"

    assert read(VCards(), broken) == [UNREADABLE, Contact("Asha", ("1",)), UNREADABLE]


def test_a_photograph_of_megabytes_passes_by_and_is_not_kept():
    cards, most = VCards(), 0
    body = card("FN:Asha", "PHOTO:" + "\r\n ".join(["A" * 75] * 40_000), "TEL:1") + card("FN:Ben", "TEL:2")

    found: list[Contact] = []
    for start in range(0, len(body), 8192):
        found += cards.feed(body[start : start + 8192])
        most = max(most, len(cards._rest))

    assert [contact.name for contact in found + cards.close()] == ["Asha", "Ben"]
    assert most <= 5 * LONGEST_LINE


@pytest.mark.parametrize(
    ("headings", "row", "name", "numbers"),
    [
        ("Name,Given Name,Family Name,Phone 1 - Type,Phone 1 - Value", "Asha Rao,Asha,Rao,Mobile,1 ::: 2", "Asha Rao",
         ("1", "2")),
        ("First Name,Middle Name,Last Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value",
         "Asha,,Rao,Mobile,1,Home,2", "Asha Rao", ("1", "2")),
        ("Title,First Name,Last Name,Company,Business Fax,Business Phone,Home Phone,Mobile Phone,Notes",
         '"Dr",Asha,Rao,Rao Ltd,9,1,2,3,"a, ""b""', "Asha Rao", ("1", "2", "3")),
        ("First Name;Last Name;Company;Mobile Phone", ";;Rao Ltd;1", "Rao Ltd", ("1",)),
        ("Display Name\tMobile", "Asha\t1", "Asha", ("1",)),
        ("Notes,Name,Phone", '"many\nlines, of\nnotes",Asha,1', "Asha", ("1",)),
        ("First Name,Last Name,Nickname,File As,Organization Name,Phone 1 - Value", ",,Ash,Asha R,,1", "Ash", ("1",)),
        ("Vorname;Nachname;Firma;Telefon (privat);Mobiltelefon;Fax privat", "Zoë;Müller;;1;2;3", "Zoë Müller",
         ("1", "2")),
        ("Prénom,Nom,Société,Téléphone (bureau),Tél. mobile", "Zoë,Dupont,,1,2", "Zoë Dupont", ("1", "2")),
        ("Nombre,Apellidos,Teléfono,Teléfono móvil", "Ana,Ruiz,1,2", "Ana Ruiz", ("1", "2")),
        ("contact_name,mobile_number,phone_type", "Asha,1,2", "Asha", ("1",)),
        ("Name,Mobile Phone,Assistant's Phone", "Asha,1,2", "Asha", ("1",)),
    ],
)  # fmt: skip
def test_a_table_is_read_by_its_headings(headings: str, row: str, name: str, numbers: tuple[str, ...]):
    row = row + '"' if row.count('"') % 2 else row

    assert read(Table(), f"\ufeff{headings}\r\n{row}\r\n".encode()) == [Contact(name, numbers)]


def test_a_table_without_numbers_says_that_it_cannot_be_read():
    assert read(Table(), b"a,b\n1,2\n") == [UNREADABLE]


def test_a_quotation_mark_within_a_name_is_one_of_the_name():
    body = b'Name,Phone\nAnn 6" Pipe,1\nJohn "Jo" Roe,2\nBen,3\n'

    assert [each.name for each in read(Table(), body)] == ['Ann 6" Pipe', 'John "Jo" Roe', "Ben"]


@pytest.mark.parametrize("filler", [b"=\n", b"\n "])
def test_a_property_that_never_ends_is_looked_at_once(filler: bytes):
    """Else whoever sends 256 MB of ends of lines that are none keeps a processor busy for ten minutes."""
    cards, body, lines = VCards(), b"BEGIN:VCARD\nFN;QUOTED-PRINTABLE:" + filler * 8000, Counter[str]()

    def count(frame: FrameType, *_: object) -> Any:
        lines[frame.f_code.co_name] += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        for start in range(0, len(body), 500):
            cards.feed(body[start : start + 500])
    finally:
        sys.settrace(before)

    assert lines["_end_of_whole"] < 8 * 8000


def test_a_quotation_mark_that_nobody_closes_loses_one_record_and_not_the_rest():
    body = b'Name,Phone\n"Half,1\n' + b"x" * LONGEST_LINE + b"\nAsha,2\n"

    found = read(Table(), body, 4096)

    assert Contact("Asha", ("2",)) in found
    assert Contact(refused=Refused.LONG_LINE) in found


@pytest.mark.parametrize(
    ("line", "contact"),
    [
        (b'{"name": "Asha", "number": "1", "email": "x"}', Contact("Asha", ("1",))),
        (b'{"name": "Asha", "numbers": ["1", "2"]}', Contact("Asha", ("1", "2"))),
        (b'{"name": "Asha", "number": 1}', UNREADABLE), (b'{"name": 5, "number": "1"}', UNREADABLE),
        (b"[" * 60_000, UNREADABLE), (b'{"name": ' + b"9" * 6000 + b"}", UNREADABLE), (b"\xff\xfe\x00", UNREADABLE),
        (b"null", UNREADABLE),
    ],
)  # fmt: skip
def test_a_line_of_json_is_read_or_told(line: bytes, contact: Contact):
    assert read(JsonLines(), line + b"\n\n  \r\n", 1000) == [contact]


@given(st.binary(max_size=3000), st.integers(1, 500), st.sampled_from([JsonLines, VCards, Table]))
def test_no_bytes_break_a_reading(body: bytes, size: int, kind: type[Reading]):
    assert all(isinstance(each, Contact) for each in read(kind(), body, size))


@given(st.binary(max_size=300), st.integers(1, 50))
def test_lines_are_the_same_in_any_pieces(body: bytes, size: int):
    lines = Lines(longest=40)
    found: list[bytes | None] = []
    for start in range(0, len(body), size):
        found += lines.feed(body[start : start + size])
    found += lines.close()

    whole = body.split(b"\n")
    whole = whole[:-1] if whole[-1] == b"" else whole
    assert found == [line if len(line) <= 40 else None for line in whole]


@pytest.mark.parametrize(
    ("charset", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-8", b"\xef\xbb\xbf")]
)
def test_a_body_says_by_its_mark_how_it_is_written(charset: str, mark: bytes):
    text, body = ToUtf8("windows-1252"), mark + "Name,Phone\nŽoë,1\n".encode(charset)

    pieces = b"".join(text.feed(body[at : at + 1]) for at in range(len(body))) + text.feed(b"", last=True)

    assert pieces.decode() == "Name,Phone\nŽoë,1\n"


@pytest.mark.parametrize("charset", ["zip", "rot13", "unicode_escape", "idna", "x" * 500])
def test_no_other_codec_is_ever_asked(charset: str):
    assert ToUtf8(charset).feed(b"abc", last=True) == b"abc"
