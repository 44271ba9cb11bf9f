"""`./run stickers`: printed stickers, and the vehicles and people they stand for."""

from pathlib import Path
from typing import Any

import click

from ivr import words
from masking.stickers.values import Sticker, StickerState
from maskline.commands import asked, consent, described, trial
from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown, json_option
from maskline.refusal import Refusal
from maskline.webhooks import is_local

_COLUMNS = (
    ("code", "Code"), ("state", "State"), ("country", "Country"), ("label", "Vehicle"), ("owner", "Owner"),
    ("second", "Second contact"), ("reachable", "Rings now"),
)  # fmt: skip
_LANGUAGE = click.Choice(words.languages())


@click.group()
def stickers() -> None:
    """Stickers: issue codes, print them, activate them, and look whether they work."""


@stickers.command()
@click.argument("count", type=click.IntRange(1, 1000))
@click.option("--country", help="Whose numbers serve them (ISO 3166). Not needed where all our numbers are of one.")
@click.option("--language", type=_LANGUAGE, default="en", show_default=True, help="Of the owner, until they choose.")
@json_option
def issue(shown: Shown, count: int, country: str | None, language: str) -> None:
    """Make COUNT fresh codes. Nothing rings until each is activated."""

    async def work(opened: Opened) -> list[str]:
        numbers = await opened.house.inventory.every(opened.tenant)
        chosen = _country(country, {number.country for number in numbers})
        return await opened.house.desk.issue(opened.tenant, count, chosen, language)

    codes = with_house(shown, work)
    shown.result({"codes": codes}, *codes)


@stickers.command("list")
@json_option
def list_(shown: Shown) -> None:
    """List the stickers, newest first."""

    async def work(opened: Opened) -> list[Sticker]:
        return await opened.house.desk.every(opened.tenant, 1000)

    rows = [_row(sticker) for sticker in with_house(shown, work)]
    shown.table("stickers", rows, _COLUMNS, empty="No sticker yet: ./run stickers issue 24")


@stickers.command()
@click.argument("code")
@click.option("--second", is_flag=True, help="The second contact, rung after an accident if the owner does not answer.")
@click.option(
    "--language", type=_LANGUAGE, help="In which that person is spoken to; the sticker's where it is left out."
)
@click.option("--no-check", is_flag=True, help="Ring also where our own public address cannot be reached from here.")
@click.option("--no-wait", is_flag=True, help="Do not wait for the answer.")
@json_option
@click.pass_context
def activate(
    ctx: click.Context, shown: Shown, code: str, second: bool, language: str | None, no_check: bool, no_wait: bool
) -> None:
    """Ring the owner once and ask whether this sticker may ring them. Pressing 1 activates it.

    Their number is asked for, or read from standard input; never an argument. Ends with status 1 where nobody agreed.
    """
    asking = consent.Asking(code, 2 if second else 1, language, check=not no_check, wait=not no_wait)
    found = consent.ask(shown, asking)
    shown.result(found.document(), *found.lines())
    if not found.well:
        ctx.exit(1)


@stickers.command("test")
@click.argument("code")
@json_option
@click.pass_context
def test_(ctx: click.Context, shown: Shown, code: str) -> None:
    """Try a sticker's route without ringing anybody, and tell what a stranger would meet.

    Ends with status 1 where a stranger would not get through just now.
    """
    told = with_house(shown, lambda opened: trial.dry_run(opened, code))
    shown.result(told.document(), *told.lines())
    if not told.well:
        ctx.exit(1)


@stickers.command()
@click.argument("code")
@described.options
@json_option
def describe(shown: Shown, code: str, **said: Any) -> None:
    """Say what a sticker's vehicle is, and when it may ring. What is left out stays as it is."""

    async def work(opened: Opened) -> Sticker:
        sticker = await opened.house.desk.find(code)
        await opened.house.desk.describe(code, described.merge(sticker, said))
        return await opened.house.desk.find(code)

    sticker = with_house(shown, work)
    shown.result(described.document(sticker), *described.lines(sticker))


@stickers.command()
@click.argument("code")
@json_option
def pause(shown: Shown, code: str) -> None:
    """Let nobody reach the owner until it is resumed. Strangers read that they cannot be reached just now."""
    _change(shown, code, "pause")


@stickers.command()
@click.argument("code")
@json_option
def resume(shown: Shown, code: str) -> None:
    """Let a paused sticker ring again."""
    _change(shown, code, "resume")


@stickers.command()
@click.argument("code")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def revoke(shown: Shown, code: str, yes: bool) -> None:
    """End a sticker for good: lost, stolen, the vehicle sold. Every way to the owner ends at once."""
    asked.yes("Revoke it? It can never be used again.", given=yes)
    _change(shown, code, "revoke")


@stickers.command("print")
@click.argument("codes", nargs=-1)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="FILE.pdf, .svg or .png")
@click.option("--languages", default="en,hi", show_default=True, help="What stands on it, with commas between.")
@click.option("--anyway", is_flag=True, help="Also where the address on it can be opened on this machine only.")
@json_option
def print_(shown: Shown, codes: tuple[str, ...], out: Path, languages: str, anyway: bool) -> None:
    """Print stickers: a PDF of A4 sheets, 24 on each, or one as SVG or PNG.

    Without codes, every sticker that nobody has activated yet.
    """
    tongues = [tongue.strip() for tongue in languages.split(",") if tongue.strip()]
    if unknown := sorted(set(tongues) - set(words.languages())):
        raise Refusal(f"No language {', '.join(unknown)}: choose of {', '.join(words.languages())}.")

    async def work(opened: Opened) -> tuple[list[str], str]:
        url = opened.house.public_url
        if is_local(url) and not (anyway or opened.demo):
            raise Refusal(
                f"The stickers would carry {url}, which only this machine can open. Set MASKLINE_PUBLIC_URL first, or "
                "add --anyway to see how they look."
            )
        if codes:
            return [(await opened.house.desk.find(code)).code for code in codes], url
        every = await opened.house.desk.every(opened.tenant, 1000)
        return [sticker.code for sticker in reversed(every) if sticker.state is StickerState.PRINTED], url

    chosen, url = with_house(shown, work)
    _write(out, chosen, url, tongues)
    many = "1 sticker" if len(chosen) == 1 else f"{len(chosen)} stickers"
    shown.result({"file": str(out), "codes": chosen}, f"{out}: {many}. Print at full size (100 %).")


def _write(out: Path, codes: list[str], url: str, languages: list[str]) -> None:
    from masking.stickers import printing

    kind = out.suffix.lower()
    if kind not in (".pdf", ".svg", ".png"):
        raise Refusal(f"{out}: name it .pdf, .svg or .png, which says what to make.")
    if not codes:
        raise Refusal("No sticker waits to be printed: ./run stickers issue 24")
    if kind != ".pdf" and len(codes) != 1:
        raise Refusal(f"A {kind} holds one sticker: give one code, or name a .pdf.")
    if kind == ".pdf":
        content = printing.sheet_pdf(codes, url, languages)
    else:
        content = (printing.svg if kind == ".svg" else printing.png)(codes[0], url, languages)
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Refusal(f"{out} cannot be written: {error.strerror}. Name a file in a folder that is yours.") from error


def _change(shown: Shown, code: str, action: str) -> None:
    async def work(opened: Opened) -> Sticker:
        await getattr(opened.house.desk, action)(code)
        return await opened.house.desk.find(code)

    sticker = with_house(shown, work)
    shown.result({"code": sticker.code, "state": sticker.state.value}, f"{sticker.code} is {sticker.state} now.")


def _country(given: str | None, ours: set[str]) -> str:
    """The country whose numbers serve new stickers. Raises Refusal."""
    if given is not None:
        if given.upper() not in ours:
            known = f"We have numbers of {', '.join(sorted(ours))}." if ours else "We have no number at all."
            raise Refusal(f"No number of ours is of {given.upper()}. {known} Add one: ./run numbers add.")
        return given.upper()
    if len(ours) != 1:
        what = f"Say which country's numbers serve them: --country {' or '.join(sorted(ours))}."
        raise Refusal(what if ours else "Take a number in first: ./run numbers add.")
    return next(iter(ours))


def _row(sticker: Sticker) -> dict[str, Any]:
    return {
        "code": sticker.code, "state": sticker.state.value, "country": sticker.country, "label": sticker.label,
        "owner": sticker.contacts.get(1), "second": sticker.contacts.get(2), "reachable": sticker.reachable,
        "made_at": sticker.made_at,
    }  # fmt: skip
