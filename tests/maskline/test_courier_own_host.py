"""Nothing that a customer names leads back to ourselves: what we tell ourselves would be told again."""

import pytest

from maskline.courier import open_courier
from tests.maskline.test_courier import Names, customer, listener, post
from voice.errors import CourierRefused

__all__ = ["customer"]


@pytest.mark.parametrize(
    "url",
    [
        "https://calls.example.org/hooks/twilio/voice", "https://CALLS.Example.ORG/", "https://calls.example.org./a",
        "https://calls.example.org:443/", "https://calls.example.org:8443/", "https://u:p@calls.example.org/",
        "https://calls\u3002example.org/",
    ],
)  # fmt: skip
async def test_nothing_is_sent_to_our_own_host_however_it_is_written(clock, url):
    """No name is even looked up for it."""
    names = Names(["192.0.2.1"])
    async with open_courier(clock, ours="https://calls.example.org", resolver=names) as courier:
        with pytest.raises(CourierRefused, match="our own address"):
            await post(courier, url)

    assert names.asked == 0


async def test_a_name_that_ends_like_ours_is_somebody_elses(clock):
    names = Names(["10.0.0.1"])
    async with open_courier(clock, ours="https://calls.example.org", resolver=names) as courier:
        for host in ("notcalls.example.org", "example.org", "calls.example.org.evil.example"):
            with pytest.raises(CourierRefused, match="no host on the internet"):
                await post(courier, f"https://{host}/")

    assert names.asked == 3


async def test_at_the_desk_another_port_of_ours_is_a_customers_and_our_own_is_not(clock, customer):
    async with listener() as (port, seen):
        mine = f"127.0.0.1:{port}"
        async with open_courier(clock, [customer.place, mine], ours=f"http://{mine}") as courier:
            assert (await post(courier, customer.base)).status == 200
            with pytest.raises(CourierRefused):
                await post(courier, f"http://{mine}/")

    assert seen == []
