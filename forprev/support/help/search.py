"""Finding answers: words by their stem, whatever their accents, and the nearest known word for one that nobody wrote.

PostgreSQL's own search knows French stems, but neither typing errors nor, without an extension, missing accents. The
questions are a few hundred: all of them are read and weighed here, in a few milliseconds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import snowballstemmer
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extractOne

from forprev.core.text import normalise

MOST_WORDS = 12
"""Of what is typed; what follows is left out."""
QUESTION_WEIGHT, WORDS_WEIGHT, ANSWER_WEIGHT = 4, 3, 1
NEAREST = 0.7
"""How like a known word a misspelt one must be, of 1."""
KEPT = 0.35
"""What weighs less than this part of the best is no answer."""

_EMPTY = """
a ai au aux avec ce ces cet cette comment d dans de des dois du elle en est et etre fait faire faut il ils j je l la
le les leur ma me mes moi mon n ne nos notre nous on ont ou par pas peut peux plus pour pourquoi puis qu quand que
quel quelle quelles quels qui quoi s sa sans se ses si son sont sur t un une vos votre vous y
"""
EMPTY = frozenset(_EMPTY.split())
"""Words of a question that say nothing of what it is about."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Searched:
    """What is searched of a question: its texts as the screen shows them, but `words`, which it does not."""

    text: str
    words: str
    answer: str


def best_first(typed: str, searched: Sequence[Searched]) -> tuple[list[int], frozenset[str]]:
    """The places in `searched` of the answers to what was typed, the best first, and the stems that found them."""
    weights = [_weights(each) for each in searched]
    frequency = Counter(stem for each in weights for stem in each)
    known = {word for each in searched for word in _words(f"{each.text} {each.words} {each.answer}")}
    sought = frozenset(_understood(word, frequency, known) for word in _words(typed)[:MOST_WORDS])
    worth = {stem: log(1 + len(searched) / frequency[stem]) for stem in sought if frequency[stem]}
    scores = [
        sum(worth[stem] * each[stem] for stem in worth if stem in each) * sum(stem in each for stem in worth)
        for each in weights
    ]
    best = max(scores, default=0)
    found = [place for place, score in enumerate(scores) if score and score >= KEPT * best]
    return sorted(found, key=lambda place: -scores[place]), frozenset(worth)


def marked(text: str, stems: frozenset[str]) -> list[tuple[str, bool]]:
    """The text in pieces, and whether each is a word that was sought."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for word in _WORD.finditer(text):
        if any(stem_of(each) in stems for each in _bare(word[0])):
            pieces += [(text[end : word.start()], False), (word[0], True)]
            end = word.end()
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """Of a word in small letters without accents."""
    stem: str = snowballstemmer.stemmer("french").stemWord(word)
    return stem


def _weights(searched: Searched) -> dict[str, int]:
    """How much each stem weighs: by the best place where it stands."""
    weights: dict[str, int] = {}
    places = ((searched.answer, ANSWER_WEIGHT), (searched.words, WORDS_WEIGHT), (searched.text, QUESTION_WEIGHT))
    for text, weight in places:
        weights |= dict.fromkeys(map(stem_of, _words(text)), weight)
    return weights


def _understood(word: str, frequency: Counter[str], known: Iterable[str]) -> str:
    """The stem of a word, or of the known word that is nearest if nobody wrote such a one."""
    stem = stem_of(word)
    if stem in frequency:
        return stem
    nearest = extractOne(word, known, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=NEAREST)
    return stem_of(nearest[0]) if nearest else stem


def _words(text: str) -> list[str]:
    return [word for word in _bare(text) if word not in EMPTY]


def _bare(text: str) -> list[str]:
    return normalise(text).lower().split()
