"""What addresses of our own API name: a service, and a session in it, each by its id or its name."""

from masking.sessions.errors import ServiceUnknown, SessionUnknown
from masking.sessions.http import Asked
from masking.sessions.services import Services
from masking.sessions.sessions import Sessions
from masking.sessions.values import Service, Session


async def service_of(asked: Asked, services: Services) -> Service:
    """Raises ServiceUnknown."""
    return await asked.named("service", ServiceUnknown, lambda ref: services.get(asked.tenant, ref))


async def session_of(asked: Asked, services: Services, sessions: Sessions) -> Session:
    """Raises ServiceUnknown, SessionUnknown."""
    service = (await service_of(asked, services)).service_id
    return await asked.named("session", SessionUnknown, lambda ref: sessions.get(asked.tenant, service, ref))
