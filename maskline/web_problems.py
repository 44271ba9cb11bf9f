"""What went wrong, as RFC 9457 for programs; and the problems that are nobody's but HTTP's."""

import logging

from aiohttp import web

from core.ids import new_incident
from core.problem import Problem
from maskline.web_guard import APIS

logger = logging.getLogger("maskline.web")


class NothingHere(Problem):
    """No page has this address."""

    status, slug, title = 404, "nothing-here", "There is no page at this address"


class WrongMethod(Problem):
    """The address is right and the method is not. Fact: `allow`, the methods that it takes."""

    status, slug, title = 405, "wrong-method", "This address cannot be used in that way"


class TooLarge(Problem):
    """The body is longer than we read. Fact: `most`, bytes."""

    status, slug, title = 413, "too-large", "That is more than we can take"


class BadForm(Problem):
    """The body is no form that we can read."""

    status, slug, title = 400, "bad-form", "The form could not be read"


class Misunderstood(Problem):
    """Anything else about the request itself."""

    status, slug, title = 400, "misunderstood", "The request could not be understood"


def of_http(error: web.HTTPException, most: int) -> Problem:
    """What aiohttp refused, as a problem. most: bytes of a body that we read."""
    if isinstance(error, web.HTTPMethodNotAllowed):
        return WrongMethod(allow=sorted(error.allowed_methods))
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return TooLarge(f"Send {most // 1024} KB at most.", most=most)
    if error.status == NothingHere.status:
        return NothingHere()
    return Misunderstood(error.reason)


def of_mistake(error: Exception) -> Problem:
    """Our own mistake, as a problem with one fact: `incident`, under which the log tells more."""
    incident = new_incident()
    logger.error("a page failed: %s", type(error).__name__, extra={"incident": incident}, exc_info=error)
    return Problem(incident=incident)


def as_json(request: web.Request) -> bool:
    """Whether a program asks: one of the APIs, or anybody who does not ask for HTML."""
    return request.path.startswith(APIS) or "text/html" not in request.headers.get("Accept", "")


def headers(problem: Problem) -> dict[str, str]:
    """What HTTP wants said beside the body."""
    said = {}
    if isinstance(problem, WrongMethod):
        said["Allow"] = ", ".join(problem.facts["allow"])
    if problem.status == web.HTTPUnauthorized.status_code:
        said["WWW-Authenticate"] = 'Basic realm="Maskline", Bearer realm="Maskline"'
    if problem.status in (429, 503):
        said["Retry-After"] = str(problem.facts.get("retry_after", 10))
    return said
