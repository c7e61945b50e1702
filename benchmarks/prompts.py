"""Prompts as people write them, made from a seed: 20 to 400 characters, with quotes, colons, accents and emoji."""

from random import Random

SHORTEST = 20
LONGEST = 400

_SUBJECTS = (
    "A red fox",
    "An old lighthouse keeper",
    "A cup of espresso",
    "Two children with a kite",
    "A wooden sailing boat",
    "The logo of a bakery: three ears of wheat",
    "A portrait of an astronaut",
    "A street market in Kraków",
    "Ein kleines Café im Regen",
    "Une ruelle pavée à Montréal",
    "東京の夜の路地",
    "Старый трамвай под снегом",
    "A cat that reads a newspaper 🐈",
    "An isometric cutaway of a data centre",
    "A product photo of a ceramic teapot",
)
_PLACES = (
    "on a cliff above the sea",
    "in a quiet library",
    "in front of a yellow wall",
    "under a sky full of stars ✨",
    "on a marble table",
    "between tall pine trees",
    "near the São Paulo skyline",
    "at the edge of a frozen lake",
)
_DETAILS = (
    'A sign in the window reads "Open until 9".',
    "Style: watercolour with visible paper grain.",
    "Colours: teal, ochre and a little coral.",
    "Shot on a 35 mm lens with shallow depth of field.",
    "The light comes from the left, low and warm, as in late afternoon.",
    "Mood: calm, a little melancholic; no people in the background.",
    'The banner says "¡Feliz año nuevo!" in hand-painted letters.',
    "Leave empty space at the top third for a headline.",
    "Flat vector illustration with thick outlines and no gradients.",
    "Reflections on wet cobblestones, steam rising from a grate.",
    "Camera: eye level, centred composition, 1:1 crop.",
    "Avoid text, watermarks and borders.",
    'The character\'s badge shows the name "Zoë" — keep the diaeresis.',
    "Render it as a paper diorama with soft shadows.",
    "Details: brass buttons, a worn leather strap, a chipped enamel mug ☕.",
    "In the distance a train crosses the viaduct.",
)


def prompt(random: Random) -> str:
    """A prompt of 20 to 400 characters; the lengths lean towards the short side, as those of people do."""
    length = int(SHORTEST * (LONGEST / SHORTEST) ** random.random())
    text = f"{random.choice(_SUBJECTS)} {random.choice(_PLACES)}"
    for detail in random.sample(_DETAILS, len(_DETAILS)):
        separator = random.choice((". ", ", ", "\n")) if text[-1] != "." else " "
        if len(text) + len(separator) + len(detail) <= length:
            text = f"{text}{separator}{detail}"
    return text
