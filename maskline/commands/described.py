"""What can be said of a sticker's vehicle, as options; merged with what was said before."""

from collections.abc import Callable
from datetime import time
from typing import Any, TypeVar

import click

from ivr import words
from masking.stickers.desk import Description
from masking.stickers.values import Nuisance, PlateShown, Sticker
from maskline.refusal import Refusal

F = TypeVar("F", bound=Callable[..., Any])


def options(command: F) -> F:
    """Gives a command the options of `merge`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option("--label", help="What its owner calls the vehicle; said to the owner only. Empty takes it away."),
    click.option("--plate", help="The number plate. Empty takes it away."),
    click.option("--plate-shown", type=click.Choice([shown.value for shown in PlateShown]), help="To strangers."),
    click.option("--language", type=click.Choice(words.languages()), help="The owner's."),
    click.option("--callback-minutes", type=click.IntRange(0, 1440), help="For call-backs after a call; 0 is never."),
    click.option("--quiet", help="Hours in which nobody rings, like 22:00-07:00; `none` for no such hours."),
    click.option(
        "--nuisance",
        type=click.Choice([wish.value for wish in Nuisance]),
        help="With callers whom many marked as a nuisance: ring, announce it, or refuse.",
    ),
    click.option("--timezone", help="Of the quiet hours, an IANA zone like Asia/Kolkata."),
)


def merge(sticker: Sticker, said: dict[str, Any]) -> Description:
    """What is known of a vehicle, changed by what an owner says now. Raises Refusal for hours that are none."""
    quiet = (sticker.quiet_from, sticker.quiet_to) if sticker.quiet_from and sticker.quiet_to else None

    def of(name: str) -> Any:
        return getattr(sticker, name) if said[name] is None else (said[name] or None)

    return Description(
        label=of("label"),
        plate=of("plate"),
        plate_shown=PlateShown(said["plate_shown"] or sticker.plate_shown),
        language=said["language"] or sticker.language,
        callback_minutes=sticker.callback_minutes if said["callback_minutes"] is None else said["callback_minutes"],
        quiet=quiet if said["quiet"] is None else _hours(said["quiet"]),
        timezone=said["timezone"] or sticker.timezone,
        nuisance=Nuisance(said["nuisance"] or sticker.nuisance),
    )


def document(sticker: Sticker) -> dict[str, Any]:
    """A sticker's description, for programs."""
    quiet = [str(at) for at in (sticker.quiet_from, sticker.quiet_to) if at is not None]
    return {
        "code": sticker.code, "label": sticker.label, "plate": sticker.plate, "plate_shown": sticker.plate_shown.value,
        "language": sticker.language, "callback_minutes": sticker.callback_minutes, "quiet": quiet or None,
        "timezone": sticker.timezone, "nuisance": sticker.nuisance.value,
    }  # fmt: skip


def lines(sticker: Sticker) -> list[str]:
    """The same for people."""
    told = document(sticker)
    quiet = "–".join(at[:5] for at in told["quiet"]) + f" {sticker.timezone}" if told["quiet"] else "none"
    return [
        f"Vehicle          {sticker.label or '–'}",
        f"Plate            {sticker.plate or '–'} (strangers see it {sticker.plate_shown})",
        f"Language         {sticker.language}",
        f"Call-backs       {sticker.callback_minutes} minutes",
        f"Quiet hours      {quiet}",
        f"Nuisances        {sticker.nuisance}",
    ]


def _hours(text: str) -> tuple[time, time] | None:
    if text.strip().lower() == "none":
        return None
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise Refusal("Write quiet hours like 22:00-07:00, or `none`.") from None
    return begin, end
