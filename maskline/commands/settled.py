"""The settings of a command, with logging set up."""

from maskline import settings
from maskline.settings import Settings


def load_settings() -> Settings:
    """Reads the settings and sets up logging. Raises SettingsRefused."""
    loaded = settings.load()
    set_up_logging(loaded)
    return loaded


def set_up_logging(loaded: Settings, *, quiet: bool = False) -> None:
    """
    For whoever read the settings apart, because importing structlog takes as long as starting a server.

    quiet: only warnings, where the terminal is for something else.
    """
    import logging

    from maskline import logs

    logs.configure(loaded.log_format)
    if quiet and loaded.log_format != "json":
        logging.getLogger().setLevel(logging.WARNING)
