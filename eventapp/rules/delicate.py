"""Which words of a question ask for something delicate, so that an organizer says why they need to know.

A word found is no refusal: it asks for a reason, which guests read beside the question. So a word too many costs the
organizer a sentence, and one too few costs a guest more than that.
"""

import re
from enum import StrEnum

from eventapp.language import N_
from eventapp.rules import names


class Delicate(StrEnum):
    """What people may be in danger for, if an answer gets into the wrong hands."""

    MIGRATION = "migration"
    ETHNICITY = "ethnicity"
    NATIONALITY = "nationality"
    RELIGION = "religion"
    PAPERS = "papers"


WORDS: dict[Delicate, str] = {
    Delicate.MIGRATION: N_("migration status"),
    Delicate.ETHNICITY: N_("ethnicity"),
    Delicate.NATIONALITY: N_("nationality"),
    Delicate.RELIGION: N_("religion"),
    Delicate.PAPERS: N_("identity papers"),
}

# Of words without accents, in small letters, hyphens and apostrophes taken out (`rules.names.fold`).
_PATTERNS: dict[Delicate, tuple[str, ...]] = {
    Delicate.MIGRATION: (
        r"(e|im|re)?migrante?s?",
        r"immigre[es]*|immigrated",
        r"migratoires?",
        r"(statut|situation|parcours|status|background|history)( de| d| of| as)? (im|e)?migration",
        r"(im|e)?migration (status|background|history)",
        r"refugi[ee]+s?|refugees?",
        r"asile|asylum",
        r"(de|un)?documented (worker|person|people)s?|undocumented|clandestine?s?|sans papiers?",
        r"(titre|permis|carte|autorisation)s? de (sejour|resident)",
        r"residen(ce|cy) (permit|status|card|title)s?",
        r"expuls[ee]+s?|refoul[ee]+s?|rapatri[ee]+s?|deported|deportation|deportees?|returnees?",
        r"(migrants?|personnes?) de retour|deplac[ee]+s? internes?|displaced",
    ),
    Delicate.ETHNICITY: (
        r"ethni[a-z]*",
        r"trib(es?|u|us|al|ales?|aux)",
        r"races?|racial[a-z]*",
        r"castes?",
        r"(skin colou?r|colou?r of (your |the )?skin|couleur de (votre |la )?peau)",
    ),
    Delicate.NATIONALITY: (
        r"nationalit(y|ies|es?)",
        r"citizenships?|citoyennetes?",
        r"citizen of|citoyen(ne)?s? d[eu]|ressortissante?s?",
        r"(pays|country|countries|lieu|place) (d |of )?(origine|origin|naissance|birth)",
        r"born in (which|what)|nee?s? (a|au|en|dans) quel(le)?",
    ),
    Delicate.RELIGION: (
        r"religio[a-z]*|religieu[a-z]*",
        r"confession(s|nel|nelle)?",
        r"croyan(ce|ces|ts?|tes?)",
        r"faiths?|foi|worship|cultes?",
        r"(muslim|musulmane?|christian|chretien(ne)?|catholi(c|que)|protestante?|animiste?|jewish|juif|juive)s?",
        r"mosques?|mosquees?|church(es)?|eglises?|parish|paroisses?",
    ),
    Delicate.PAPERS: (
        r"passports?|passeports?",
        r"(cartes?|pieces?|papiers?|documents?|numeros?|titres?) (national[es]* )?(d |of )?identit[a-z]*",
        r"(identity|id|identification) (card|paper|document|number)s?",
        r"(national|personal) id( (card|number))?",
        r"cni|nina|numero nina|carte nina|carte biometrique|acte de naissance|birth certificates?",
        r"visas?",
        r"social security|securite sociale",
    ),
}
_FOUND = {
    topic: re.compile(rf"\b(?:{'|'.join(f'(?:{pattern})' for pattern in patterns)})\b")
    for topic, patterns in _PATTERNS.items()
}


def found(*asked: str) -> list[Delicate]:
    """What of it some texts ask for, each once, in a fixed order."""
    folded = names.fold(" . ".join(_apart(text) for text in asked))
    return [topic for topic, pattern in _FOUND.items() if pattern.search(folded)]


def _apart(text: str) -> str:
    """With a blank for each apostrophe: *d’identité* is two words here."""
    return re.sub(r"['’ʼ‘`´]", " ", text)
