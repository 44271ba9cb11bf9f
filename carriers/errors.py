"""
What a carrier's refusal means, without a word of what the carrier wrote: its messages repeat the numbers.

Codes: twilio.com/docs/api/errors. Plivo's REST API has no codes, so the HTTP status stands in for one.
"""

from voice.ports import CarrierAway, CarrierRefused

_TRY_LATER = frozenset({408, 425, 429})
_NOT_FINISHED_YET = "20009"

_ADVICE = {
    "401": "The carrier does not know this account or its token.",
    "403": "The account may not do this: look at its geographic permissions and its balance.",
    "404": "The carrier has no such account, number or record.",
    "20003": "The account SID or its auth token is wrong.",
    "20404": "Twilio has no such account, number or record.",
    "21202": "The destination is a premium number.",
    "21210": "The caller ID is neither a number of this account nor verified for it.",
    "21211": "The destination is not a valid number.",
    "21214": "The destination cannot be reached.",
    "21215": "Calls to this country are switched off in the account's geographic permissions.",
    "21219": "A trial account reaches verified numbers only.",
    "21408": "Texts to this country are switched off in the account's geographic permissions.",
    "21606": "The sender is not a number of this account that can text this destination.",
    "21608": "A trial account reaches verified numbers only.",
    "21610": "The recipient has opted out with STOP.",
    "21614": "The destination is not a mobile number.",
    "21617": "The text is too long.",
    "30034": "The sender is not registered for texts to the United States (10DLC).",
}


def refusal(status: int, code: str | None, *, asked_to_act: bool) -> CarrierAway | CarrierRefused:
    """
    The problem to raise for an answer that is not 2xx.

    status: HTTP. code: the carrier's own, None where it gave none. asked_to_act: the request was a POST, which a server
    in trouble (5xx) may have carried out.
    """
    if status in _TRY_LATER or code == _NOT_FINISHED_YET:
        return CarrierAway(maybe_done=False)
    if status >= 500:
        return CarrierAway(maybe_done=asked_to_act)
    told = code or str(status)
    return CarrierRefused(_ADVICE.get(told), code=told)
