"""Other ways of typing the same report, under which no floor may fall (law 3)."""

import random
import re
from collections.abc import Callable, Iterator

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONG_WORD = re.compile(r"[a-z]{6,}", re.IGNORECASE)
_LOOKALIKE = str.maketrans("aeopcxAEOPCX", "аеорсхАЕОРСХ")
_CURLY = str.maketrans({"'": "’"})
_BEFORE = (
    "Thank you for reading this. I have lived on this street for a long time and I like it here. "
    "The houses are brick and most of them have a small yard. There is a bakery on the corner and "
    "a bus goes by. My family comes from the county and we are fond of the park, the library and "
    "the market. I work with numbers and I am used to forms, though this one is long. The weather "
    "is mild and the trees are green. I drink tea and read the paper. The paper has a crossword "
    "that I like. My cousin collects stamps and has a large album of them. We eat soup with "
    "bread. The bread is fresh. The tram that my grandparents talked about is a path for "
    "bicycles. "
)
_AFTER = (
    " The shops on the parade sell fruit, paint and cards. My aunt grows tomatoes and beans. She "
    "has a green thumb and a blue watering can. The library has a room for meetings with chairs "
    "and a kettle. Our town has a hall with a clock. The river is wide and there are ducks on it. "
    "I like the ducks. People walk along the path and talk of football and the price of coffee. I "
    "have a bicycle and a basket for it. The basket is large and brown. There is a choir at the "
    "church with a good tenor. The tenor has a moustache. Thank you for your time and kind "
    "regards."
)


def typo(text: str, seed: int = 0) -> str:
    """One slip in one word of six letters or more; the text itself if it has none."""
    places = list(_LONG_WORD.finditer(text))
    if not places:
        return text
    chance = random.Random(f"{seed} {text}")
    word = chance.choice(places)
    return text[: word.start()] + _slip(word.group(), chance) + text[word.end() :]


def _slip(word: str, chance: random.Random) -> str:
    i = chance.randrange(1, len(word) - 1)
    letter = chance.choice(_LETTERS)
    return chance.choice(
        [
            word[:i] + word[i + 1 :],
            word[:i] + letter + word[i:],
            word[:i] + letter + word[i + 1 :],
            word[:i] + word[i + 1] + word[i] + word[i + 2 :],
        ]
    )


def doubled(text: str) -> str:
    """A letter typed twice in the first word of six letters or more."""
    return _LONG_WORD.sub(lambda word: word.group()[:3] + word.group()[2:], text, count=1)


def spaced(text: str) -> str:
    """Other white space: tabs, hard spaces and line breaks."""
    gaps = iter("\n\t\u00a0 " * len(text))
    return "  " + re.sub(r" ", lambda _: " " + next(gaps), text) + "\n\n"


def lookalikes(text: str) -> str:
    return text.translate(_LOOKALIKE)


def buried(text: str) -> str:
    """The report in the middle of some three hundred unrelated words."""
    return _BEFORE + text + ("" if text.endswith((".", "!", "?")) else ".") + _AFTER


ANYWHERE: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "typo": typo,
    "no apostrophes": lambda text: text.replace("'", "").replace("’", ""),
    "curly quotes": lambda text: text.translate(_CURLY),
    "emoji": lambda text: f"😭 {text} 🙏🙏",
    "doubled letter": doubled,
    "white space": spaced,
    "look-alike letters": lookalikes,
}
AROUND: dict[str, Callable[[str], str]] = {
    "polite prefix": lambda text: f"Sorry to bother you, {text}",
    "buried": buried,
}


def ways(text: str, *, whole_text: bool) -> Iterator[tuple[str, str]]:
    """Each way of typing a report, named. A rule about the whole of a text is not tried within others."""
    for name, mutate in (ANYWHERE if whole_text else ANYWHERE | AROUND).items():
        mutated = mutate(text)
        if mutated != text:
            yield name, mutated
