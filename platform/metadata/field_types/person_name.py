"""Names of people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from newel.metadata.field_types.parts import PartsType
from newel.metadata.field_types.values import PersonName as Parts

# The Chinese family names of two characters that are in use today.
_TWO_CHARACTERS = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|司空|夏侯|端木|轩辕|南宫|长孙|宇文|独孤|西门|东郭|百里|呼延|闻人|澹台|公冶|宗政|濮阳|"
    "淳于|单于|太叔|申屠|公羊|赫连|钟离|鲜于|闾丘|亓官|司寇|子车|颛孙|巫马|公西|漆雕|乐正|壤驷|公良|拓跋|夹谷|宰父|谷梁|歐陽|諸葛|東方|尉遲|長孫|軒轅|"
    "南宮|獨孤|西門|東郭|聞人|淳於|單于|鍾離|鮮于"
)


class PersonName(PartsType):
    """Family, given and middle name and salutation; a whole text is split by the habits of its script."""

    name = "person_name"
    help = "A person's name in its parts, in the order of its own script: 王小明, but Ada Lovelace."
    widget = "person_name"
    shown_as = "person_name"
    can_be_title = True
    value_class = Parts
    lengths: ClassVar[Mapping[str, int]] = {"family": 80, "given": 80, "middle": 80, "salutation": 40}

    def from_text(self, text: str) -> Parts:
        """王小明 is 王 + 小明, 欧阳娜娜 is 欧阳 + 娜娜; 阿凡提·买买提 stays whole; elsewhere the last word is the family name."""
        if not Parts(given=text).is_chinese:
            given, _, family = text.rpartition(" ")
            return Parts(family=family, given=given.strip() or None)
        if "·" in text:
            return Parts(given=text)
        family, _, given = text.partition(" ")
        if given:
            return Parts(family=family, given=given.strip())
        cut = 2 if len(text) > 2 and _TWO_CHARACTERS.match(text) else 1
        return Parts(family=text[:cut], given=text[cut:] or None)
