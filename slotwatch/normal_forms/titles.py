"""Job titles: whether a text is a title, and its key."""

from slotwatch.normal_forms.text import clean
from slotwatch.normal_forms.title_roles import read_titles
from slotwatch.normal_forms.title_words import title_words
from slotwatch.normal_forms.word_lists import WordLists


def title_reader(word_lists: WordLists):
    """Reader of titles.

    The normal value is the key of `read_titles`: lower case, separators kept, `vice president` as vp. A placeholder
    (`nan`, `n/a`, `tbd`) is not a title and has no normal value.
    """
    words = title_words(word_lists)

    def read(raw: str) -> list[dict]:
        [reading] = read_titles([raw], words)
        return [{"display_value": clean(raw), "normal_value": reading.key}]

    return read
