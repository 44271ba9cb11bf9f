"""
The words that the made-up worlds are written in. None of the resolver's lists may be copied from here, nor these from
there: a resolver that knows its examiner's words would be examined in nothing.

A name is a tuple of the ways to spell it, the usual one first; other scripts are spellings like any other.
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _names(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(_words(line) for line in text.strip().splitlines())


GIVEN = _names("""
    vikram bikram विक्रम
    harish hareesh हरीश
    sandhya sandya संध्या
    gautam goutham gowtham गौतम
    bhavana bhawna भावना
    jyoti jyothi ज्योति
    ashwin aswin अश्विन
    padma padmaa पद्मा
    sudhir sudheer सुधीर
    rukmini rukmani रुक्मिणी
    naveen navin नवीन
    swati swathi स्वाति
    kiran keeran किरण
    trilok tirlok त्रिलोक
    chandrika chandrikka चंद्रिका
    prakash prakaash प्रकाश
    senthil sendhil செந்தில்
    anbu anbhu அன்பு
    valli vally வள்ளி
    ilango elango இளங்கோ
    thamarai tamarai தாமரை
    kannan kanan கண்ணன்
    bilal belal بلال
    hamza hamzah حمزة
    mariam maryam مريم
    idris idrees إدريس
    salma selma سلمى
    nabil nabeel نبيل
    oleg олег
    tatiana tatyana татьяна
    viktor victor виктор
    polina polyna полина
    grigori grigory григорий
    bernard
    charlotte
    duncan
    eleanor elinor
    gregory
    henrietta
    malcolm
    nathaniel
    rosalind
    sebastian
    theodore
    ursula
    winifred
    ignacio
    lucinda
    matilde
    ramiro
    wolfgang
    gudrun
""")

SURNAME = _names("""
    kulkarni kulkarny कुलकर्णी
    deshmukh deshmuk देशमुख
    trivedi triwedi त्रिवेदी
    bhattacharya bhatacharya भट्टाचार्य
    joshi joshy जोशी
    rathore rathor राठौर
    saxena saksena सक्सेना
    thakur thakoor ठाकुर
    chauhan chouhan चौहान
    pillai pilai பிள்ளை
    nadar naadar நாடார்
    mudaliar mudaliyar முதலியார்
    iqbal ikbal إقبال
    farooqi faruqi فاروقي
    hashmi hashmy هاشمي
    sokolov соколов
    orlova орлова
    zaitsev zaytsev зайцев
    abernathy
    blackwood
    cartwright
    fairbanks
    hollister
    kensington
    lockhart
    montague
    pemberton
    standish
    whitaker
    echeverria
    villanueva
    bergmann
    steinbach
""")

NICKNAMES = _words("golu chhotu rinku babli gappu tuntun pinky jojo kuku nanhi")
RELATIONS = _words("pitaji maaji didi jija saala devar appa thatha naana dadi granny hubby wifey दीदी जीजा பாட்டி")
HONORIFICS = _words("shri shrimati pandit ustad dr er col master rev begum")
DESCRIPTORS = _words(
    "gardener welder mason florist barber optician vet locksmith tyres laundry tiffin yoga chess dance"
    " landline whatsapp gate tower block flat campus depot branch canteen metro scooty xerox tuition2 mumbai kochi"
)
INSULTS = _words("gadha ullu besharam ghatiya crook conman jerk moron swine lafanga harami")
TRADES = _words("hardware opticals tailors caterers motors jewellers nursery dairy printers decorators pharmacy")
SHOP_WORDS = _words("shree maa super prime galaxy diamond classic perfect modern golden")
NUISANCE = (
    "Telemarketing",
    "Loan offer",
    "Fake call",
    "Lottery",
    "Trading tips",
    "Survey",
    "Insurance sales",
    "Ring and cut",
)
IMPOSTORS = ("Axis Bank Support", "Income Tax Department", "Cyber Police", "Postal Customs Office")
JUNK = ("abc", "??", "newnum", "test", "---", "save later", "qwerty", "n/a")
STRANGERS = ("Gopal Bisht", "Laura Finch", "Nikolai Zorin", "Meera Solanki", "Tomas Belmonte", "Irfan Baig")
"""Names that attackers put on others, and that people mistake others for."""
UNSAFE = ("<b>{}</b>", "\u202e{}", "{}\u200b\u200b", "=1+1{}", "{} https://example.com/x", "{}\x00", "@SUM(A1){}")

ONSETS, VOWELS = _words("b br d f g h k kr l m n p r s t v y"), _words("a e i o u aa ee")
ENDINGS = _words("l m n r s t k nd rt")
"""Of which names are invented."""
