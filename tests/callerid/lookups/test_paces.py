"""Half of a burst limit is counted in the process, the other half by Valkey."""

from datetime import timedelta

from callerid.lookups.paces import Paces
from core.quota import Quota, Use

TEN = Quota("ten", times=10, per=timedelta(minutes=1), when_blind="allow")


class Counter:
    """Stands in for Valkey. asked: the uses it counted."""

    def __init__(self) -> None:
        self.asked: list[Use] = []

    async def over(self, *uses: Use) -> Quota | None:
        self.asked.extend(uses)
        return uses[0].quota if len(self.asked) > uses[0].quota.times else None


async def test_the_limit_holds_and_valkey_is_asked_about_its_second_half_alone():
    valkey = Counter()
    paces = Paces(valkey, lambda: 0.0)

    told = [await paces.over(TEN, "somebody") for _ in range(12)]

    assert told == [False] * 10 + [True] * 2
    assert [use.quota.times for use in valkey.asked] == [5] * 7


async def test_who_asks_little_is_never_counted_elsewhere():
    valkey = Counter()
    paces = Paces(valkey, lambda: 0.0)

    assert not any([await paces.over(TEN, f"asker {n}") for n in range(200)])
    assert valkey.asked == []


async def test_a_new_window_begins_anew_and_forgets_the_old_one():
    time = 59.0
    paces = Paces(Counter(), lambda: time)
    for _ in range(5):
        await paces.over(TEN, "somebody")
    time = 60.0
    await paces.over(TEN, "another")

    assert [len(counts) for _, counts in paces._windows.values()] == [1]
