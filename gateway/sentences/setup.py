"""What is wrong with what officers choose for their town."""

SETUP_SENTENCES = {
    "empty": "Fill this in.",
    "missing": "Write this in each official language.",
    "line": "Write this in one line.",
    "letter": "Write this in Latin letters: certificates have no other ones.",
    "too-long": "Use at most %(most)s characters.",
    "unprintable": "A character in this text cannot be used.",
    "head": "With name, address, telephone and e-mail this takes %(lines)s lines at the head of a certificate, where "
    "%(most)s fit. Shorten one of them: a line has about %(line)s characters.",
    "postcode": "Write four digits, such as 3200.",
    "phone": "Write +32 and the number without its first 0, with one space between its groups: +32 16 00 00 00.",
    "phone-zero": "Leave out the 0 after +32: +32 16 00 00 00.",
    "phone-digits": "A Belgian number has 8 digits after +32, or 9 if it is a mobile number. This has %(digits)s.",
    "email": "This is not an e-mail address, such as counter@town.example.",
    "website": "Write a web address, such as https://www.town.example.",
    "colour": "Write # and six figures or letters from a to f, such as #123a6b.",
    "colour-too-light": "This is too light to be seen by everybody: its contrast is %(reached)s, and at least "
    "%(least)s is needed (WCAG 2.2). The nearest that will do is %(nearest)s.",
    "logo-no-drawing": "This is no SVG or PNG file with a drawing in it. Export the logo anew as SVG or PNG.",
    "logo-other-kind": "This is a file of another kind (%(kind)s). Export the logo anew as SVG or PNG.",
    "logo-too-large": "This file is too large. Have the drawing simplified, or give a smaller picture.",
    "logo-proportions": "This is %(width)s by %(height)s. Give a logo at most five times as wide as high, and at most "
    "twice as high as wide.",
    "logo-unseen": "Nothing of this is seen on white. Give the logo in colours that are seen on a white page.",
    "logo-text": "There is text in this drawing, which looks different elsewhere. Have it turned into paths.",
    "logo-picture-inside": "There is a picture inside this drawing. Give the logo as a PNG, or have it drawn.",
    "logo-not-flat": "There are colour gradients, shadows or see-through parts in this drawing. Give it in flat "
    "colours, or as a PNG.",
    "logo-cut": "Parts of this drawing are cut off by a mask. Have the shapes themselves cut, or give it as a PNG.",
    "logo-runs": "There is a program or movement in this file. A logo only stands still.",
    "logo-not-taken": "There is something in this drawing that cannot be used everywhere: %(detail)s. Give it as a "
    "PNG, or pass this on to whoever drew it.",
    "logo-file": "This file cannot be used. Give an SVG or PNG file.",
    "logo-raster-broken": "This picture is damaged or cut off. Export it anew as PNG.",
    "logo-raster-too-large": "This picture has %(width)s by %(height)s pixels, which is too large. Give one that is at "
    "most %(most)s pixels wide and high.",
    "logo-raster-too-small": "This picture has only %(width)s by %(height)s pixels. Give one that is at least "
    "%(least_height)s pixels high, or an SVG.",
    "logo-raster-moves": "This picture moves. Give one that stands still.",
    "choice": "Choose one of those that are listed.",
    "not-full": "You name something that is not accessible. Then your pages meet the guidelines partially.",
    "day": "Choose a day.",
    "reviewed-before": "This is before the day on which it was prepared.",
    "nothing-left": "Leave at least one that citizens can ask for.",
    "not-free": "Payments are not possible yet. Switch this product off.",
    "not-accepted": "This cannot be used here.",
}
"""The slug of a mend (contracts/mends.py) to the sentence an officer gets for it."""
