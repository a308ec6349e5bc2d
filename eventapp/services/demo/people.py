"""The people of the demo forum: made up, with the names that the region really has.

Latin letters with and without accents, Bambara, N'Ko and Arabic: what a ticket, a list and a mail must print unchanged.
"""

NAMES = (
    "Kadiatou Dembélé",
    "Fousseyni Bagayoko",
    "Djénéba Sissoko",
    "Bréhima Diakité",
    "Sètou Konaté",
    "Assétou Maïga",
    "Aïssata Haïdara",
    "Mahamane Alassane",
    "Rokiatou Coulibaly",
    "Rokiatou Coulibaly",
    "Tiècoura Koné",
    "Yacouba Ongoïba",
    "Atèmè Guindo",
    "Safiatou Doumbia",
    "Akli Ag Moussa",
    "Fadimata Walet Mohamed",
    "Sidi Ahmed Ould Bilal",
    "Lalla Mint Ahmed",
    "N'Tji Togola",
    "N’Faly Samaké",
    "M'Pié Dao",
    "Marie-Thérèse Théra",
    "Awa Coulibaly-Fofana",
    "Fatoumata dite Mah Sacko",
    "Mme Diallo Assitan Sidibé",
    "El Hadj Baba Niaré",
    "Cheick Oumar Sylla",
    "Mohamed Lamine Cissé",
    "OUMAR KOUYATE",
    "bintou sow",
    "Sékou Sinayoko",
    "Sékou Sinayoko",
    "SEKOU SINAYOKO",
    "Penda Bâ",
    "Sɛku Jara",
    "Ɲɛnɛ Tarawele",
    "Ŋolo Danbɛlɛ",
    "Bɔkari Kulubali",
    "ߡߎߛߊ ߖߊߙߊ",
    "محمد الأمين",
    "Aminata أمينة Diallo",
)
"""The full names of the first attendees, in order. Two people of one name are two people."""

PHONES = ("+22365012345", "+22370000001", "+22360000001", "+22350000001", "+22390000001", "+22383000001")
"""Numbers that are nobody's: the numbering plan's examples."""

REGIONS = ("Bamako", "Kayes", "Koulikoro", "Sikasso", "Ségou", "Mopti", "Tombouctou", "Gao")

ORGANIZATIONS = ("Association (exemple)", "Lycée (exemple)", "Université (exemple)", "Entreprise (exemple)")
