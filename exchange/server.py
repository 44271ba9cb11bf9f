"""The exchange's HTTP application: both vendors' REST on one port, and the page if a door is given."""

from aiohttp import web

from exchange.office import Office
from exchange.operator import Operator
from exchange.safety import Door, only_loopback_names
from exchange.ui import add_ui
from exchange.vendors.plivo import rest_calls as plivo_calls
from exchange.vendors.plivo import rest_messages as plivo_messages
from exchange.vendors.plivo import rest_numbers as plivo_numbers
from exchange.vendors.plivo.rest import PlivoApi
from exchange.vendors.twilio import rest_calls as twilio_calls
from exchange.vendors.twilio import rest_messages as twilio_messages
from exchange.vendors.twilio import rest_numbers as twilio_numbers
from exchange.vendors.twilio.rest import TwilioApi

_LARGEST_REQUEST = 64 * 1024


def make_app(office: Office, operator: Operator, door: Door) -> web.Application:
    """All routes."""
    app = web.Application(middlewares=[only_loopback_names], client_max_size=_LARGEST_REQUEST)
    twilio = TwilioApi(office, operator.twilio_calls, operator.twilio_texts)
    plivo = PlivoApi(office, operator.plivo_calls, operator.plivo_texts)
    for add_twilio in (twilio_calls.add_calls, twilio_numbers.add_numbers, twilio_messages.add_messages):
        add_twilio(app.router, twilio)
    for add_plivo in (plivo_calls.add_calls, plivo_numbers.add_numbers, plivo_messages.add_messages):
        add_plivo(app.router, plivo)
    app.router.add_route("*", "/2010-04-01/Accounts/{account}/{rest:.*}", twilio.guarded(twilio.unknown))
    app.router.add_route("*", "/v1/Account/{account}/{rest:.*}", plivo.guarded(plivo.unknown))
    add_ui(app, office, operator, door)
    return app
