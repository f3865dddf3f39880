"""How Chinese characters sound: the tokens by which a name is found through its pinyin, whole or by initials."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

LONGEST_TOKEN = 40
MOST_TWOFOLD = 3  # characters with two readings that a run is found by
# Characters of personal, place and company names that are read in two ways; the dictionary of characters knows one of them.
TWOFOLD = """
重zhong/chong 长chang/zhang 行hang/xing 都du/dou 乐le/yue 单dan/shan 解jie/xie 曾zeng/ceng 仇qiu/chou 盛sheng/cheng 朴pu/piao
查cha/zha 翟zhai/di 盖gai/ge 覃qin/tan 朝chao/zhao 调diao/tiao 传chuan/zhuan 降jiang/xiang 校xiao/jiao 厦sha/xia 藏zang/cang
柏bai/bo 薄bo/bao 沈shen/chen 宿su/xiu 率lv/shuai 会hui/kuai 贾jia/gu 车che/ju 六liu/lu 蚌bang/beng 莞guan/wan 种zhong/chong
尉wei/yu 区qu/ou 石shi/dan 省sheng/xing 弹dan/tan 参can/shen 铅qian/yan 绿lv/lu 台tai/yi 洞dong/tong 员yuan/yun 隗wei/kui
"""
READINGS = {pair[0]: tuple(pair[1:].split("/")) for pair in TWOFOLD.split()}


@lru_cache(maxsize=20_000)
def pinyin_tokens(run: str) -> tuple[str, ...]:
    """Full pinyin and its initials, from every character on: 华为技术 is found by huawei, jishu, hwjs and js.

    A character that names read in two ways is taken both ways, so that 重庆 is found by chongqing.
    """
    readings = [_readings(character) for character in run]
    twofold = [at for at, each in enumerate(readings) if len(each) > 1]
    for at in twofold[MOST_TWOFOLD:]:
        readings[at] = readings[at][:1]
    return tuple(dict.fromkeys(token for syllables in product(*readings) for token in _endings(syllables) if token))


def _endings(syllables: Sequence[str]) -> Iterator[str]:
    for at in range(len(syllables)):
        yield "".join(syllables[at:])[:LONGEST_TOKEN]
        yield "".join(each[:1] for each in syllables[at:])


@lru_cache(maxsize=30_000)
def _readings(character: str) -> tuple[str, ...]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # the dictionary of phrases would take 45 MB of memory
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, errors="ignore")
    usual = found[0][0].lower() if found else ""
    return tuple(dict.fromkeys((usual, *READINGS.get(character, ()))))
