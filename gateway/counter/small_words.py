"""Words that tell how somebody asks and not for what, as `words_in` gives them: of little weight in a search."""

_BY_LANGUAGE = {
    "nl": """
        aan aanvraag aanvragen al als alstublieft bekomen ben bij bijna dat de deze die dit doe doen door een en er
        ga gaan gaat graag haal halen heb hebben heeft het hier hoe hoelang hoeveel iemand iets ik in indienen is je
        jullie kan kopen kost kosten kreeg krijg krijgen kun kunnen maar mag maken me men met mij mijn moest moet
        moeten mogen na naar niet nodig nog nu of om online ons onze op opvragen over snel te tegen toch tot u uit
        uw van vanuit vind vinden voor vraag vragen waar waarop waarvoor wanneer wat we welk welke wie wij wil
        willen word worden wordt wou zal ze zich zijn zo zoek zonder zou
    """,
    "fr": """
        a ai aimerais apres au aux avec avoir besoin bonjour c ca ce ces cette chez combien comment d dans de
        demande demander des dois doit du elle en est et etre faire faut il j je l la le les leur leurs lui m ma
        mais me merci mes moi mon n ne notre nous obtenir on ou par pas peut peux plus pour pourrais pouvoir prendre
        puis qu quand que quel quelle quelqu quelque quels qui quoi recevoir s sa sans se ses si son souhaite suis
        sur t ta te tes toi ton tous tout toute toutes tres tu un une va vais veut veux voir votre voudrais vous y
    """,
    "de": """
        aber alle alles am an auch auf aus beantrage beantragen bei beim bekomme bekommen benotige bin bitte brauche
        brauchen braucht da das dass dem den der des dich die dir doch du ein eine einem einen einer er erhalten es
        etwas fuer fur gibt habe haben hallo hat hier hole holen ich ihr im in ins ist jemand kann kein keine kommen
        konnen konnte man mein meine meinem meinen meiner mich mir mit mochte muss mussen nach nicht noch nun nur
        oder sein seine sich sie sind so um und uns unser vom von vor wann war was wegen welche welches wenn wer
        werden wie will wir wird wo wofur zu zum zur
    """,
    "en": """
        about all am an and any apply are as at be been by can could do does dont for from get give go going has
        have he hello her here hi his how i if im in into is it its just like long me must my need needed no not
        now of on one or our out please request s she should so some somebody someone that the their them there they
        this to up us want wants was we what when where which who will with would you your
    """,
}

SMALL_WORDS = frozenset(word for words in _BY_LANGUAGE.values() for word in words.split())
