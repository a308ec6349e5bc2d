"""Which questions ask for something delicate, in both languages, and which only look like it."""

import pytest

from eventapp.rules import delicate
from eventapp.rules.delicate import Delicate

FOUND = [
    ("Êtes-vous migrant ?", Delicate.MIGRATION),
    ("Êtes-vous migrante ou immigrée ?", Delicate.MIGRATION),
    ("Are there migrants in your family?", Delicate.MIGRATION),
    ("Parcours migratoire", Delicate.MIGRATION),
    ("What is your migration status?", Delicate.MIGRATION),
    ("Your immigration history", Delicate.MIGRATION),
    ("Statut de migration", Delicate.MIGRATION),
    ("Are you a refugee or an asylum seeker?", Delicate.MIGRATION),
    ("Demandeur d’asile", Delicate.MIGRATION),
    ("Avez-vous un titre de séjour ?", Delicate.MIGRATION),
    ("Etes-vous sans-papiers", Delicate.MIGRATION),
    ("Avez-vous été expulsée ou refoulé ?", Delicate.MIGRATION),
    ("Were you deported?", Delicate.MIGRATION),
    ("Personne déplacée interne", Delicate.MIGRATION),
    ("Quelle est votre ethnie ?", Delicate.ETHNICITY),
    ("Groupe ethnique", Delicate.ETHNICITY),
    ("Ethnicity", Delicate.ETHNICITY),
    ("De quelle tribu êtes-vous ?", Delicate.ETHNICITY),
    ("Your tribe", Delicate.ETHNICITY),
    ("Caste", Delicate.ETHNICITY),
    ("Race", Delicate.ETHNICITY),
    ("Couleur de peau", Delicate.ETHNICITY),
    ("Nationalité", Delicate.NATIONALITY),
    ("NATIONALITE", Delicate.NATIONALITY),
    ("Nationalities in your group", Delicate.NATIONALITY),
    ("Pays d’origine", Delicate.NATIONALITY),
    ("Country of birth", Delicate.NATIONALITY),
    ("De quelle citoyenneté ?", Delicate.NATIONALITY),
    ("Citizenship", Delicate.NATIONALITY),
    ("Votre religion", Delicate.RELIGION),
    ("Convictions religieuses", Delicate.RELIGION),
    ("Êtes-vous musulmane ou chrétien ?", Delicate.RELIGION),
    ("Which church do you go to?", Delicate.RELIGION),
    ("Confession", Delicate.RELIGION),
    ("Your faith", Delicate.RELIGION),
    ("Numéro de passeport", Delicate.PAPERS),
    ("Passport number", Delicate.PAPERS),
    ("Numéro de la carte d'identité", Delicate.PAPERS),
    ("Carte nationale d’identité", Delicate.PAPERS),
    ("Pièce d’identité", Delicate.PAPERS),
    ("Identity card", Delicate.PAPERS),
    ("ID number", Delicate.PAPERS),
    ("Numéro NINA", Delicate.PAPERS),
    ("Votre n° CNI", Delicate.PAPERS),
    ("Acte de naissance", Delicate.PAPERS),
    ("Avez-vous un visa ?", Delicate.PAPERS),
]

NEAR = [
    "Combien de fois êtes-vous venu ?",
    "Travaillez-vous dans l’agriculture ou la culture ?",
    "Voulez-vous le programme sur papier ?",
    "Quels problèmes techniques ?",
    "Organisation nationale ou internationale",
    "A national or international organization?",
    "Are you going to contribute to the tribune?",
    "Do you need traceability, or an embrace?",
    "Votre casting préféré",
    "Is the bus too fragile?",
    "Original title of your talk",
    "Votre visage sur les photos",
    "Will you work on migration?",
    "Travaillez-vous sur la migration ?",
    "Avec qui identifiez-vous les besoins ?",
    "Do you stay at the refectory?",
    "Date de naissance",
    "Which session do you want to see?",
]


@pytest.mark.parametrize(("text", "topic"), FOUND)
def test_delicate_question_is_found(text, topic):
    assert topic in delicate.found(text)


@pytest.mark.parametrize("text", NEAR)
def test_harmless_question_is_left_alone(text):
    assert delicate.found(text) == []


def test_each_topic_is_named_once_whatever_the_language():
    assert delicate.found("Religion", "Votre religion", "Passeport") == [Delicate.RELIGION, Delicate.PAPERS]
