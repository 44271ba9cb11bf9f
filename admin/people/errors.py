"""What can go wrong with people."""

from core.problem import Problem


class SignInNeeded(Problem):
    """The request names no device that is signed in."""

    status, slug, title = 401, "sign-in-needed", "Sign in first"


class DeviceUnknown(Problem):
    """The person has no such device, or signed it out already."""

    status, slug, title = 404, "device-unknown", "There is no such device"


class PersonGone(Problem):
    """The person has deleted their account, or somebody else has proven their number since."""

    status, slug, title = 410, "person-gone", "This person is no longer here"


class NewLately(Problem):
    """Somebody was new on this number already, less than 90 days ago."""

    status, slug, title = 409, "new-lately", "This number changed hands not long ago"
