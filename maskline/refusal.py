"""What Maskline says when it cannot go on: one error, shown to a person as it is, without a traceback."""


class Refusal(Exception):
    """
    Something outside the code must change first: a setting, a folder, another process.

    The text says what is wrong and what to do, holds no secret and no phone number, and is all that the command line
    prints before it ends with status 1.
    """
