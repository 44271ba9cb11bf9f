"""What a crowd that acts together cannot do."""

import pytest

from callerid.ranking import Coarse, Kind, Status
from callerid.ranking.support import support
from callerid.ranking.tally import together
from tests.callerid.ranking.crowd import AGED, FRESH, NOW, book, crowd, mark, tag


def test_thirty_fresh_accounts_in_a_day_do_not_outvote_three_aged_ones(model):
    honest = crowd(["Asha Rao", "Asha Rao", "asha rao"])
    made = book(*honest, *(tag("Kamini Jugni", 140, 100 + who, FRESH) for who in range(30)))

    assert made.verdict(NOW, model).name == "Asha Rao"


def test_thirty_fresh_accounts_with_large_books_do_not_either(model):
    honest = crowd(["Asha Rao", "Asha Rao", "asha rao"])
    bought = Coarse(age=0, size=3, attested=True)
    made = book(*honest, *(tag("Kamini Jugni", 140, 100 + who, bought) for who in range(30)))

    assert made.verdict(NOW, model).name == "Asha Rao"


def test_accounts_on_one_handset_count_as_about_one(model):
    farm = book(*(tag("Kamini Jugni", 30 + 12 * at, at, device=7) for at in range(9)))
    measured = support(together(each.tally for each in farm.clusters.values()), NOW, None)

    assert measured.apart == 1
    assert measured.independent < 2
    assert farm.verdict(NOW, model).name is None


def test_people_behind_one_network_count_as_one_source(model):
    home = [tag("Asha Rao", 30), tag("Asha Rao", 60, 1)]
    same = [type(each)(each.raw, each.week, each.kind, each.source, at, 99) for at, each in enumerate(home)]

    assert book(*home).verdict(NOW, model).name == "Asha Rao"
    assert book(*same).verdict(NOW, model).name is None


def test_a_fast_growing_honest_shop_keeps_its_weight_after_ninety_days():
    shop = [tag("Novelty Bakery", 100 + at // 3, at) for at in range(39)]  # three a week, thirteen weeks
    quick = support(book(*shop).clusters[0].tally, 113, None)
    slow = support(book(*(tag("Novelty Bakery", 3 * at, at) for at in range(39))).clusters[0].tally, 113, None)

    assert quick.weight >= 0.8 * slow.weight


def test_a_fast_growing_honest_shop_is_named(model):
    shop = [tag("Novelty Bakery", 100 + at // 3, at) for at in range(39)]

    assert book(*shop, tag("Asha", 10, 200)).verdict(113, model).name == "Novelty Bakery"


def test_an_insult_put_after_the_right_name_is_not_shown(model):
    honest = crowd(["Asha Rao", "Asha Rao", "Asha Rao Ji", "asha"])
    farm = [tag("Asha Jugni", 140, 100 + who, FRESH, Kind.SUGGEST) for who in range(12)]

    assert book(*honest, *farm).verdict(NOW, model).name == "Asha Rao"


@pytest.mark.parametrize(
    "claim",
    [
        "SBI Customer Care",
        "State Bank Officer",
        "Mumbai Police",
        "Income Tax Department",
        "PayPal Support",
        "पुलिस थाना",
        "HDFCBank",
        "PaytmCare",
        "РАУТМ ВАНК",  # in Cyrillic letters
    ],
)
def test_a_bank_the_police_or_a_payment_brand_is_never_shown_unverified(claim, model):
    made = book(*crowd([claim] * 12, apart=8))

    assert made.verdict(NOW, model).name is None
    assert made.verdict(NOW, model, sources=1).name is None
    assert made.verdict(NOW, model, verified=claim).status is Status.VERIFIED


@pytest.mark.parametrize("name", ["Ravi Burbank", "Иван Петров", "Νίκος Παππάς", "Visakha Banker"])
def test_who_only_sounds_like_one_is_shown(name, model):
    assert book(*crowd([name] * 6, apart=12)).verdict(NOW, model).name is not None


def test_not_even_its_owner_may_call_a_number_the_police(model):
    assert book(tag("Mumbai Police", 100, 0, kind=Kind.SELF)).verdict(NOW, model).name is None


def test_a_number_that_is_a_nuisance_is_shown_by_no_name_of_the_crowd(model):
    made = book(*(tag("Quick Cash", 120 + at, at, kind=Kind.SUGGEST) for at in range(6)))
    for who in range(12):
        made.mark(mark(True, NOW - who, who))
    verdict = made.verdict(NOW, model)

    assert verdict.spam >= 0.5
    assert verdict.name is None


def test_one_suggestion_does_not_change_a_name_of_three_sources(model):
    made = book(*crowd(["Asha Rao"] * 3))
    made.add(tag("Usha Iyer", 149, 50, AGED, Kind.SUGGEST))

    assert made.verdict(NOW, model).name == "Asha Rao"
