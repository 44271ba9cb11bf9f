"""
Fetching what came with a text, from the carrier's own hosts alone.

The address stands in a webhook, and Plivo does not sign a text's body, so it is not believed: it must be the carrier's.
Twilio's leads on to a signed address of its media host, good for four hours (support.twilio.com, "Protect Media Access
with HTTP Basic Authentication"). Buckets that a carrier shares with the world (s3-external-1.amazonaws.com) are not its
own.

Plivo's stand at https://media.plivo.com/Account/{auth_id}/Media/{id}: so plivo.com/docs/messaging/api/media has the
media object; and those of a message at …/Message/{uuid}/Media/{id}, as plivo-python's own tests have them
(tests/resources/fixtures/messageListMediaResponse.json). Regional hosts (aps1.media.plivo.com) are known of recordings
alone, which we never make. The webhook names them Media<n>, n from 0 or from 1
(docs.plivo.com/docs/messaging/api/message/handling-incoming): whichever come are taken, in order.
"""

from collections.abc import Mapping

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from carriers.rest import signed_in
from voice.events import CarrierAccount
from voice.ports import CarrierAway, CarrierRefused

_HOSTS: Mapping[str, frozenset[str]] = {
    "twilio": frozenset({"api.twilio.com", "mms.twiliocdn.com", "media.twiliocdn.com"}),
    "plivo": frozenset({"api.plivo.com", "media.plivo.com"}),
}
_SIGNED_ALREADY = frozenset({"mms.twiliocdn.com", "media.twiliocdn.com"})
"""Their addresses are signed; another sign-in beside that is an error there, and a token given away."""
_MOST_HOPS = 3
_CHUNK = 64 * 1024
_AGAIN = frozenset({408, 425, 429})


class Media:
    """api_urls: carrier -> where its REST API is; that origin is its own too. seconds: for one item, hops included."""

    def __init__(self, session: ClientSession, api_urls: Mapping[str, str], *, seconds: float) -> None:
        self._session, self._timeout = session, ClientTimeout(total=seconds, connect=seconds / 3)
        self._apis = {carrier: URL(url).origin() for carrier, url in api_urls.items()}

    async def fetch(self, account: CarrierAccount, address: str, *, most: int) -> bytes:
        """See `voice.ports.Placer.fetch`."""
        url = self._own(account.carrier, address)
        for _ in range(_MOST_HOPS):
            found = await self._one(account, url, most)
            if isinstance(found, bytes):
                return found
            url = self._own(account.carrier, str(url.join(URL(found))))
        raise CarrierRefused("What came with the text leads on and on.", code="redirects")

    def _own(self, carrier: str, address: str) -> URL:
        """The address, if it is the carrier's. Raises CarrierRefused, without the address."""
        try:
            url = URL(address)
            own = url.origin() == self._apis[carrier] or (
                url.scheme == "https" and url.port == 443 and url.host in _HOSTS[carrier]
            )
            plain = url.user is None and url.password is None
        except ValueError:
            own = plain = False
        if not own or not plain:
            raise CarrierRefused("What came with the text is not at the carrier.", code="host")
        return url

    async def _one(self, account: CarrierAccount, url: URL, most: int) -> bytes | str:
        """What stands at an address, or where it leads. A redirect is looked at before it is followed."""
        headers = {} if url.host in _SIGNED_ALREADY else signed_in(account)
        try:
            async with self._session.get(url, headers=headers, timeout=self._timeout, allow_redirects=False) as answer:
                if 300 <= answer.status < 400:
                    return answer.headers.get("Location", "")
                if answer.status >= 500 or answer.status in _AGAIN:
                    raise CarrierAway(maybe_done=False)
                if answer.status != 200:
                    raise CarrierRefused("The carrier does not give it.", code=str(answer.status))
                content = bytearray()
                async for chunk in answer.content.iter_chunked(_CHUNK):  # counted as it comes, whatever was announced
                    content += chunk
                    if len(content) > most:
                        raise CarrierRefused("It is too large.", code="size")
                return bytes(content)
        except (ClientError, TimeoutError) as error:
            raise CarrierAway(maybe_done=False) from error
