"""
Which proxy numbers are near a person: countries, and in North America area codes with their overlays and states.

Pure. The area codes are NANPA's and the CNA's (nanpa.com, cnac.ca), as of 2025; one that is missing here counts alone.
"""

from collections.abc import Iterator, Sequence

from core.e164 import E164
from masking.sessions.values import Geo

_HOME = {"GG": "GB", "IM": "GB", "JE": "GB"}
_NORTH_AMERICA = ("US", "CA")
INDIA = "IN"

# By state or province. A slash joins area codes that overlay each other: neighbours there have either.
_AREAS = """
AK 907; AL 205/659 251 256/938 334; AR 327/870 479 501; AZ 480/602/623 520 928
CA 209/350 213/323/738 310/424 341/510 369/707 408/669 415/628 442/760 530/837 559/357 562 619/858 626 650 657/714
CA 661 747/818 805/820 831 840/909 279/916 925 949 951
CO 303/720/983 719 748/970; CT 203/475 860/959; DC 202/771; DE 302
FL 239 305/645/786 352 386 321/407/689 324/904 448/850 561/728 656/813 727 754/954 772 863 941
GA 229 404/470/678/770/943 478 706/762 912; HI 808; IA 319 515 563 641 712; ID 208/986
IL 217/447 309/861 312/773/872 331/630 464/708 618/730 779/815 224/847; IN 219 260 317/463 574 765 812/930
KS 316 620 785 913; KY 270/364 502 606 859; LA 225 318/457 337 504 985
MA 339/781 351/978 413 508/774 617/857; MD 227/240/301 410/443/667; ME 207
MI 231 248/947 269 313/679 517 586 616 734 810 906 989; MN 218 320 507/924 612 651 763 952
MO 314/557 417 235/573 636 660 816/975; MS 228 601/769 662; MT 406
NC 252 336/743 704/980 472/910 828 919/984; ND 701; NE 308 402/531; NH 603
NJ 201/551 609/640 732/848 856 862/973 908; NM 505 575; NV 702/725 775
NY 212/332/646/917 347/718/917/929 315/680 363/516 518/838 585 607 631/934 624/716 329/845 914
OH 216 220/740 234/330 326/937 380/614 419/567 436/440 283/513; OK 405/572 539/918 580; OR 458/541 503/971
PA 215/267/445 272/570 412/724/878 484/610/835 582/814 223/717; RI 401; SC 803/839 843/854 821/864; SD 605
TN 423/729 615/629 731 865 901 931
TX 210/726 214/469/945/972 254 281/346/621/713/832 325 361 409 430/903 432 512/737 682/817 806 830 915 936 940 956 979
UT 385/801 435; VA 276 434 540/826 571/703 757/948 686/804; VT 802
WA 206/564 253/564 360/564 425/564 509; WI 262 353/608 274/920 414 534/715; WV 304/681; WY 307
AB 368/403/587/825 368/587/780/825; BC 236/250/257/672/778 236/257/604/672/778; MB 204/431/584; NB 428/506; NL 709/879
NS 782/902; ON 226/382/519/548 249/683/705 289/365/742/905 343/613/753 416/437/647/942 807; PE 782/902
QC 367/418/581 354/450/579 263/438/514 468/819/873; SK 306/474/639
"""


def _groups() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each state with each of its groups of area codes."""
    for entry in _AREAS.replace("\n", ";").split(";"):
        state, *groups = entry.split() or [""]
        for group in groups:
            yield state, tuple(group.split("/"))


_BESIDE: dict[str, set[str]] = {}
_STATE: dict[str, set[str]] = {}
for _state, _group in _groups():
    for _code in _group:
        _BESIDE.setdefault(_code, set()).update(_group)
        _STATE.setdefault(_code, set()).add(_state)


def home(number: E164, region: str | None) -> str:
    """
    Whose numbers a person expects: their country's; on islands of +1 America's, around Britain Britain's.

    region: the number's.
    """
    if number.value.startswith("+1") and region not in _NORTH_AMERICA:
        return "US"
    return _HOME.get(region, region) if region else ""


def is_indian(number: E164) -> bool:
    """Whether it is at home in India, which shares its code with nobody."""
    return number.value.startswith("+91")


def places(number: E164, region: str | None, geo: Geo, fallback: Sequence[str]) -> tuple[str, ...]:
    """
    Where a number for this person may come from, the best first: prefixes ("+1202") and countries ("US").

    region: the number's. fallback: countries whose numbers serve where there are none. Calls in India stay in India
    (its carriers may not join them with others), so nothing else is near an Indian, and nothing Indian is near
    anybody else.
    """
    if is_indian(number):
        return (INDIA,)
    country = home(number, region)
    others = tuple(code for code in fallback if code not in (INDIA, country))
    if geo is Geo.COUNTRY or not number.value.startswith("+1"):
        return (country, *others)
    area = number.value[2:5]
    beside = tuple(f"+1{code}" for code in sorted(_BESIDE.get(area, {area}) - {area}))
    if geo is Geo.AREA_CODE:
        return (f"+1{area}", *others)
    if geo is Geo.OVERLAY:
        return (f"+1{area}", *beside, *others)
    near = {code for code, states in _STATE.items() if states & _STATE.get(area, set())}
    state = tuple(f"+1{code}" for code in sorted(near - _BESIDE.get(area, {area}) - {area}))
    return (f"+1{area}", *beside, *state, country, *others)
