"""Names of people: kept as typed, searched however they are spelt, shortened for strangers.

Whoever changes how keys are made: `eventapp db upgrade` makes those that are stored anew.
"""

import functools
import re
import unicodedata

MAX_LENGTH = 300
MAX_KEY = 600
"""Some signs stand for many: ``ﷺ`` alone is eighteen letters."""

_LETTERS = str.maketrans(
    {"ɛ": "e", "ɔ": "o", "ɲ": "ny", "ŋ": "n", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"}
    | {"ɓ": "b", "ɗ": "d", "ƴ": "y"}
)

# Scripts beside the Latin one. N'Ko says every sound, so its letters are enough.
_OTHER_LETTERS = str.maketrans(
    {"ŋ": "ng", "ى": "ي", "ة": "ه", "ـ": ""}
    | dict(zip("ߊߋߌߍߎߏߐ", "aeieuoo", strict=True))
    | dict(zip("ߒߓߔߕߖߘߙߚߛߝߞߟߠߡߢߣߤߥߦߧ߲", "nbptjdrrsfklnmɲnhwyɲn", strict=True))
    | {"ߗ": "tch", "ߜ": "gb"}
)

# Arabic leaves short vowels out, so it is known name by name. Folded as above.
_ARABIC = {
    "محمد": "mohamed",
    "احمد": "ahmed",
    "محمود": "mahmoud",
    "علي": "ali",
    "عمر": "oumar",
    "عثمان": "ousmane",
    "ابراهيم": "ibrahim",
    "موسي": "moussa",
    "عيسي": "issa",
    "يوسف": "youssouf",
    "يعقوب": "yacouba",
    "سليمان": "souleymane",
    "داود": "daouda",
    "حسن": "hassan",
    "ابو": "abou",
    "بكر": "bakr",
    "عبد": "abdoul",
    "الله": "laye",
    "عبدالله": "abdoulaye",
    "الكريم": "karim",
    "الرحمن": "rahmane",
    "الامين": "lamine",
    "المختار": "moctar",
    "الحاج": "elhadj",
    "شيخ": "cheick",
    "سيدي": "sidi",
    "مصطفي": "moustapha",
    "ادريس": "idriss",
    "هارون": "harouna",
    "فاطمه": "fatima",
    "عايشه": "aicha",
    "خديجه": "khadija",
    "مريم": "mariam",
    "امينه": "aminata",
    "زينب": "zeinab",
    "ولد": "ould",
    "بنت": "mint",
    "اغ": "ag",
}

# Words that people write apart or together: Abdoul Karim, N Tji, El Hadj.
_TOGETHER = re.compile(r"\b(n|el|al|abdoul|abdul|abdel|abou(?= ba[ck])|abu(?= ba[ck])) (?=\w)")

# Spellings of the region, applied to one folded word in this order. No rule looks behind itself: old browsers cannot.
_SPELLINGS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"x", "ks"),
        (r"^[cs]h[aeiy]+[ck]+h?", "xek"),  # Cheick, Cheikh, Sheikh; not Seck
        (r"ph", "f"),
        (r"chr", "kr"),
        (r"ck|qu|q", "k"),
        (r"tch", "q"),
        (r"sch|sh|ch", "s"),  # Aïcha, Aïssa
        (r"([b-df-np-tv-z])h|h(?![aeiouy])", r"\1"),  # Thérèse, Khady, Ahmadou, Jalloh
        (r"gu(?=[eiy])", "g"),  # Guèye, Wagué
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"([^e])ee$", r"\1e"),  # Aimée
        (r"ee|ii", "i"),  # Ceesay
        (r"ou|oo", "u"),
        (r"v", "w"),  # Savané, Sawané
        (r"w(?![aeiouy])", "u"),  # Dawda, Daouda
        (r"ou$", "o"),  # Jallow
        (r"t[iy](?=[aeou])|tj", "q"),  # Tièmoko, Thiam
        (r"dj|d[iy](?=[aeou])", "j"),  # Djénéba, Diarra
        (r"gn|n[iy](?=[aeou])", "ny"),  # Gnènè, Niaré
        (r"n(?=[bp])", "m"),  # Danbɛlɛ
        (r"(.)\1+", r"\1"),
        (r"aye$|[ae][iy](?![aeou])", "e"),  # Abdoulaye, Maïga, Seydou
        (r"eye$", "ei"),  # Gueye; not Gaye
        (r"iy?(?=[aeou])", "y"),  # Rokiya, Mariam
        (r"y(?![aeou])", "i"),
        (r"u(?=[aeio])", "w"),  # Ouattara, Aoua
        (r"^abdel", "abdul"),
        (r"(.[hjms]an)e$", r"\1"),  # Ousmane, Tidiane; not Suzanne
    )
)

# Names whose spellings differ by more than a rule can say.
_ONE_NAME = (
    "Coulibaly Kulubali",
    "Traoré Tarawele Trawele Tarawally Trawally",
    "Dembélé Dambélé",
    "Cissé Sesay",
    "Diabaté Jobarteh",
    "Bagayoko Bagayogo",
    "Haïdara Aïdara Hydara",
    "Ndiaye Njie",
    "Mohamed Mohamad Muhammad Muhammed Mouhamad",
    "Ahmed Ahmad",
    "Oumar Omar",
    "Ibrahim Ibrahima",
    "Bréhima Brahima",
    "Youssouf Youssef Issouf",
    "Abdramane Abderrahmane Abdourahmane Abdoulrahmane Abdulrahman",
    "Boubacar Aboubacar Aboubakr",
    "Bokary Boukary",
    "Lassana Lansana",
    "Karamoko Karamogo",
    "Sékou Sheku Shekou Cheikhou",
    "Djénéba Djénaba",
    "Hawa Awa",
    "Mariam Mariame",
    "Moctar Mouctar",
    "Elhadj Elhadji Alhadji",
)


def clean(text: str) -> str:
    """The name as it is kept: NFC, without control and invisible characters, blanks folded, case untouched.

    A line break or a no-break space counts as a blank. Returns an empty string when nothing visible is left.
    """
    text = unicodedata.normalize("NFC", text)
    kept = []
    for sign in text:
        category = unicodedata.category(sign)
        if sign.isspace():
            kept.append(" ")
        elif category in ("Cf", "Cs", "Co", "Cn", "Cc"):
            continue
        else:
            kept.append(sign)
    return " ".join("".join(kept).split())


def fold(text: str) -> str:
    """Lower case without accents, apostrophes and other marks; hyphens separate words."""
    text = unicodedata.normalize("NFKD", clean(text).casefold()).translate(_LETTERS)
    text = "".join(sign for sign in text if unicodedata.category(sign)[0] != "M")
    text = re.sub(r"['’ʼ‘`´]", "", text)
    return " ".join(re.sub(r"[^\w]+|_", " ", text).split())


def search_key(text: str) -> str:
    """What search compares: each word folded over accents, letters, scripts and spellings of the region.

    ``Coulibaly``, ``Koulibali`` and ``Kulubali`` have one key, so have ``Diarra``, ``Jara`` and ``ߖߊߙߊ``. The key is
    for finding and for pointing at possible duplicates; it never merges people. What it does stands in
    ``tests/cases/names.json``.
    """
    text = re.sub("c(?=[ɛɔ])", "tch", text.casefold()).translate(_OTHER_LETTERS)  # Bambara: Cɛmɔgɔ
    words = [_ARABIC.get(word, word) for word in fold(text).split()]
    return " ".join(map(_word_key, _TOGETHER.sub(r"\1", " ".join(words)).split()))[:MAX_KEY].rstrip()


def person_key(search_key: str) -> str:
    """The key of a name whatever the order of its words: that of two people who may be one."""
    return " ".join(sorted(search_key.split()))


LONG = 5
"""Letters of a word that is found in the middle of others and over gaps too: who looks for ``Cheickoumar`` finds
``Cheick Oumar``. A shorter one is found at the beginning of words alone, since it stands in too many."""

SHORT = 3
"""Letters from which the beginning of a word is enough; ``Sy`` and ``Bâ`` are found as whole words."""


def is_close(one: str, other: str) -> bool:
    """Whether two words of keys are one slip of a finger apart: a letter missing, too many, another, or two changed
    about. Short words are not compared: half of them are close."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < SHORTEST_CLOSE:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    return (
        one[1:] == other[1:]
        or one[1:] == other
        or one == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )


SHORTEST_CLOSE = 4


def _spelt(word: str) -> str:
    for pattern, replacement in _SPELLINGS:
        word = pattern.sub(replacement, word)
    return word


_SAME_NAME = {
    _spelt(fold(other)): _spelt(fold(first)) for first, *others in map(str.split, _ONE_NAME) for other in others
}


@functools.lru_cache(maxsize=20_000)  # names repeat
def _word_key(word: str) -> str:
    spelt = _spelt(word)
    return _SAME_NAME.get(spelt, spelt)


def sort_key(text: str) -> str:
    """Orders names as a reader expects: accents and special letters beside the plain ones."""
    return fold(text)


def public_name(name: str) -> str:
    """The name for strangers, as on a ticket page: all words but the last, then the last one's initial.

    A single word stays whole.
    """
    words = name.split()
    if len(words) < 2:
        return name
    initial = next((sign for sign in words[-1] if sign.isalnum()), words[-1][0])
    return f"{' '.join(words[:-1])} {initial}."
