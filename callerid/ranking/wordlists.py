"""Short lists of common words that are no names, in the languages of our first users; a start until words are learned.

They are general knowledge, not tuned on any data, and nothing depends on them: docs/decisions/0012 has the figures
without. The lists of institutions are rules: who claims to be one of them must be verified.
"""

from functools import lru_cache

from callerid.ranking.scripts import LOOKALIKES
from callerid.ranking.tokens import Token, token


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RELATION = _words(
    """
    mom mum mummy mama amma ammi maa mother dad daddy papa appa abba baba father bro brother bhai bhaiya didi
    sister anna akka thambi thangai chacha chachi mama mami nana nani dada dadi tau bua mausi bhabhi jija wife
    husband hubby son daughter beta beti uncle aunty aunt cousin grandma grandpa boss love jaan baby мама папа
    брат сестра бабушка дедушка тётя дядя жена муж сын дочь मम्मी पापा माँ भैया भाई दीदी चाचा चाची मामा मामी
    नाना नानी दादा दादी बेटा बेटी அம்மா அப்பா அண்ணா அக்கா தம்பி தங்கை மாமா அத்தை பாட்டி தாத்தா أمي أبي أخي أختي
    عمي خالي زوجتي زوجي ابني ابنتي جدي mutter vater mutti oma opa onkel tante bruder schwester papá mamá hermano
    hermana tío tía abuela abuelo ibu bapak kakak adik
    """
)
ALSO_NAMES = _words("anna nana nani baby jaan son")
"""Relations in one language that are given names in another: before a surname they are taken for names."""
HONORIFIC = _words(
    """
    mr mrs ms miss dr doctor prof sir madam maam ji jee shri sri smt shrimati saheb sahib saab garu thiru adv
    advocate capt captain col major haji maulana pandit ustad herr frau señor señora don doña pak bu जी श्री
    श्रीमती डॉ திரு டாக்டர் господин السيد
    """
)
DESCRIPTOR = _words(
    """
    plumber electrician carpenter mechanic painter tailor driver cook maid milkman watchman security guard
    gardener teacher tutor tuition coach trainer gym office work home house shop school college bank loan
    insurance agent broker property courier delivery medical hospital clinic salon parlour new old personal
    mobile cell phone whatsapp landlord tenant contractor supplier vendor customer client friend neighbour
    neighbor colleague taxi cab auto
    """
)
INSULT = _words(
    """
    fraud cheat cheater thief chor scammer liar idiot fool stupid bastard psycho creep stalker crook loser kutta
    kamina kamini harami gadha pagal badmash randi चोर धोखेबाज कुत्ता कमीना திருடன் мошенник вор дурак betrüger
    lügner ladrón estafador idiota penipu لص كذاب محتال
    """
)
JUNK = _words(
    """
    unknown noname name contact number temp test untitled abc xyz none null unnamed spam scam robocall
    telemarketer telemarketing promo promotion donotpick dontpick block blocked ignore fake
    """
)
INSTITUTION = _words(
    """
    bank banco sberbank sbi hdfc icici axis kotak pnb rbi citibank barclays hsbc police polizei policía policia
    полиция полис banque банк बैंक पुलिस வங்கி போலீஸ் شرطة بنك government govt ministry customs aadhaar uidai
    visa mastercard rupay paytm phonepe gpay paypal googlepay bhim upi kyc paisabazaar amex npci irs hmrc
    interpol fbi cbi incometax trai
    """
)
INSTITUTION_PAIRS = frozenset(
    {
        frozenset(pair.split())
        for pair in (
            *("customer care", "customer support", "customer service", "income tax", "tax department", "cyber crime"),
            *("tax office", "reserve bank", "google pay", "amazon pay", "credit card", "debit card", "help line"),
            *("electricity board", "passport office", "social security", "refund desk", "refund department"),
        )
    }
)


_BESIDE = _words(
    """
    alert app branch card cards care customer customercare desk help helpline india info kyc loan loans manager officer
    official online service services support team
    """
)
"""What is written together with an institution's name: "HDFCBank", "PaytmCare"."""


@lru_cache(maxsize=1 << 16)
def claims_institution(tokens: tuple[Token, ...]) -> bool:
    """Whether words claim to be a bank, police, government or a payment brand, which only the verified may."""
    said = [read.surface for read in tokens]
    plain = {word.casefold() for word in said} | {word.translate(LOOKALIKES).casefold() for word in said}
    stems = {read.stem for read in tokens}
    return bool(
        plain & INSTITUTION
        or stems & _STEMS[0]
        or any(pair <= plain for pair in INSTITUTION_PAIRS)
        or any(map(_joined, plain))
    )


def _joined(word: str) -> bool:
    """Whether it is two words without their space, of which one is an institution's and the other goes with such."""
    halves = ((word[:at], word[at:]) for at in range(3, len(word) - 2))
    return any(
        (one in INSTITUTION and (other in INSTITUTION or other in _BESIDE)) or (one in _BESIDE and other in INSTITUTION)
        for one, other in halves
    )


def _stems(words: frozenset[str]) -> frozenset[str]:
    return frozenset(token(word).stem for word in words)


_STEMS = (frozenset(stem for stem in _stems(INSTITUTION) if len(stem) > 4),)
NO_NAMES = RELATION | HONORIFIC | DESCRIPTOR | INSULT | JUNK
"""Words that start from LISTED_AGREEMENT until they are learned."""
LISTED_AGREEMENT = 0.08
