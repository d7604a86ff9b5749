"""The singular of an English noun: lists of exceptions, then rules by the ending of the word.

No library handles all nouns of the tests, and the better ones take a second to import (decision 0018).
Override the result with `singular:` in the service.
"""

from __future__ import annotations

import re


def _unchanged(words: str) -> dict[str, str]:
    """These words, each its own singular."""
    return {word: word for word in words.split()}


def _words(plural: str, singular: str, words: str) -> dict[str, str]:
    """These words, each with the one ending instead of the other."""
    return {word: word.removesuffix(plural) + singular for word in words.split()}


_SAME = _unchanged(
    """
    acoustics acrobatics aerobics aerodynamics aeronautics aesthetics analytics arrears astrophysics
    athletics avionics ballistics barracks bedclothes bellows biceps bifocals binoculars biophysics
    breeches caries ceramics chassis civics clothes corps crossroads cybernetics diabetes economics
    electronics ergonomics ethics forceps forensics gallows gasworks genetics genomics geophysics
    geopolitics goggles goods graffiti graphics gymnastics headquarters herpes hydraulics informatics
    innings jeans kinematics knickers linguistics logistics mathematics means measles mechatronics
    menses metaphysics mews microeconomics miniseries molasses mores mumps news obstetrics optics
    orthodontics orthopaedics orthopedics outskirts paediatrics pajamas pants pediatrics physics pliers
    politics pyjamas pyrotechnics quadriceps rabies rickets robotics scabies schnapps scissors semantics
    series shambles shears shorts species statistics summons surroundings sweepstakes tectonics
    therapeutics thermodynamics tongs triceps trousers tweezers underpants waterworks whereabouts
    """,
)

_LOOK_LIKE_PLURALS = _unchanged(
    """
    abdomen acumen albumen alias amen asbestos atlas aws bathos bias bitumen canvas chaos christmas cms
    cosmos css cyclamen cyclops dns dolmen ethos fracas gas gps https hymen ios kudos lens lumen mms
    omen pancreas pathos ramen reggae regimen rhinoceros saas semen sms sos specimen stamen sundae
    teargas thermos tls upstairs vitae vps yes
    """,
)

_EXCEPTIONS = (
    _SAME
    | _LOOK_LIKE_PLURALS
    | {
        "dice": "die",
        "dormice": "dormouse",
        "geese": "goose",
        "lice": "louse",
        "mice": "mouse",
        "monies": "money",
        "oxen": "ox",
        "passersby": "passerby",
        "pence": "penny",
        "quizzes": "quiz",
        "whizzes": "whiz",
    }
    | _words(
        "s",
        "",
        """
        abuses aches aeries ais alibis alkalis aloes apaches apis archdioceses attaches aunties
        avalanches backaches backhoes bayous bellyaches bikinis birdies boogies bookies booties
        bourgeoisies bowties brioches broccolis brownies budgies caches calories canoes caribous chilis
        chillis cliches cloches collies cookies corgis coteries cpus creches crevasses curies cuties
        delis dioceses does douches earaches ecus eeries emus excuses eyries finesses floes flus foes
        foodies freebies fuses genies gnus goalies gouaches gpus groupies guis gurus haikus headaches
        heartaches hippies hoes hoodies horseshoes hypotenuses impasses indies israelis jalousies
        junkies kiwis kpis lacrosses lassies lingeries litchis magpies manganeses martinis maxis
        menageries menus microfiches minis mistletoes misuses mousses moustaches movies muftis mus muses
        mustaches neckties newbies niches npus oboes okapis oldies overshoes panaches paninis
        pastiches pastramis patisseries pickaxes pinkies pixies pois poleaxes posses prairies psyches
        quiches quickies rabbis recluses refuses reuses reveries roadies roes rois rookies rotis
        rotisseries ruses safaris salamis saris selfies semis shoes skus sloes smoothies snafus
        snowshoes sorties spaghettis stomachaches stymies submenus sweeties tabus talkies taxis techies
        thous throes tiptoes toes tofus toothaches townies tpus tsunamis tutus uis uses veggies wifis
        woes yetis yogis yuppies zebus zombies zucchinis
        """,
    )
    | _words(
        "es",
        "",
        """
        acropolises aliases amaryllises atlases biases biogases cannabises canvases christmases
        chrysalises clitorises daises epidermises gases glottises ibises irises lenses mantises
        megalopolises metropolises necropolises nucleuses pancreases pelvises penises portcullises
        proboscises rhinoceroses summonses teargases tennises thermoses topazes trellises yeses
        """,
    )
    | _words(
        "es",
        "is",
        """
        amanuenses apotheoses arterioscleroses atheroscleroses axes catharses cirrhoses crises diagnoses
        emphases fibroses halitoses hypnoses meioses metamorphoses metastases misdiagnoses mitoses
        narcoses necroses neuroses oases osmoses osteoporoses prognoses prophylaxes psoriases psychoses
        scleroses scolioses sepses silicoses stenoses symbioses synopses thromboses tuberculoses
        """,
    )
    | _words(
        "ves",
        "f",
        """
        beeves behalves cloverleaves dwarves flyleaves handkerchieves kerchieves leaves rooves sheaves
        tealeaves turves wharves
        """,
    )
    | _words("ves", "fe", "afterlives lives")
    | _words(
        "a",
        "on",
        """
        aphelia automata criteria ganglia lexica mitochondria oxymora perihelia phenomena polyhedra
        protozoa spermatozoa subcriteria taxa tetrahedra
        """,
    )
    | _words(
        "a",
        "um",
        """
        addenda alluvia aquaria arboreta atria auditoria bacteria candelabra cerebella cerebra cilia
        colloquia compendia consortia continua crania crematoria curricula deliria desiderata dicta
        emporia equilibria errata flagella fora fulcra gymnasia herbaria honoraria mausolea maxima
        memoranda millennia minima momenta moratoria optima ova paramecia phyla planetaria plectra podia
        quanta referenda rostra sanatoria septa sera solaria spectra stadia strata substrata symposia
        terraria tympana ultimata vacua
        """,
    )
    | _words(
        "i",
        "us",
        """
        abaci alumni apparati bacilli bronchi cacti calculi campi carpi cirri colossi croci cumuli disci
        emeriti esophagi eucalypti foci fungi gladioli hippopotami humeri isthmi loci moduli narcissi
        nautili nimbi nuclei octopi papyri radii rhombi sarcophagi stimuli streptococci styli syllabi
        termini thalami thesauri tori tumuli uteri
        """,
    )
    | _words("era", "us", "genera")
    | _words("ora", "us", "corpora")
    | _words(
        "ices",
        "ix",
        """
        appendices cervices helices
        """,
    )
    | _words(
        "ices",
        "ex",
        """
        apices codices cortices duplices indices simplices subindices vertices vortices
        """,
    )
    | _words(
        "i",
        "o",
        """
        concerti libretti maestri paparazzi scherzi virtuosi
        """,
    )
)

_RULES = tuple(
    (re.compile(ending), instead)
    for ending, instead in (
        (r"people$", "person"),
        (r"children$", "child"),
        (r"men$", "man"),
        (r"feet$", "foot"),
        (r"teeth$", "tooth"),
        (r"(?<=[^e])eses$", "esis"),
        (r"yses$", "ysis"),
        (r"trices$", "trix"),
        (r"mata$", "ma"),
        (r"(?<=\w\w\w)ae$", "a"),
        (r"(?<=\w)eaux$", "eau"),
        (r"(?<=eau)s$|(?<=ieu)s$", ""),
        (r"(?<=wol|hal|cal|loa|hoo)ves$|(?<=shel|thie|scar)ves$|(?<=^el)ves$|(?<=^sel)ves$", "f"),
        (r"(?<=kni)ves$|(?<=wi)ves$", "fe"),
        (r"(?<=\w\w)ies$", "y"),
        (r"(?<=zz|tz|ss|sh|ch)es$|(?<=[xo])es$|(?<=[^aeo]us)es$|(?<=itis)es$", ""),
        (r"(?<=[jkz]i)s$", ""),
        (r"(?<=ss)$|(?<=us)$|(?<=is)$", ""),
        (r"(?<=\w\w)s$", ""),
    )
)


def singular(word: str) -> str:
    """The singular of one lower-case word, or the word itself."""
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    for ending, instead in _RULES:
        if ending.search(word):
            return ending.sub(instead, word)
    return word
