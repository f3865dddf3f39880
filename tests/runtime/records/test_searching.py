"""Search: words, beginnings of words, Chinese, pinyin and telephone numbers; and never what the searcher can't read."""

from __future__ import annotations

import pytest

from newel.runtime.records import indexing, recents, saving, searching, suggesting
from newel.runtime.records.tokens import groups_of, matches, tokens_of
from tests.runtime.records.conftest import Firm


def found(firm: Firm, who: str, query: str, *objects: str) -> list[str]:
    with firm.reading(who) as work:
        return [hit.title for hit in searching.search(work, query, objects or None)]


def test_records_are_found_by_words_their_beginnings_chinese_pinyin_and_phones(firm: Firm) -> None:
    firm.create("rep", "account", name="上海华为技术有限公司", phone="+86 138-0013-8000")
    firm.create("rep", "account", name="Müller & Söhne GmbH")
    firm.create("rep", "account", name="重庆长安汽车")
    for query in (
        "华为",
        "华为技术",
        "海",
        "司",
        "hwjs",
        "shhw",
        "huawei",
        "Huawei Jishu",
        "13800138000",
        "8000",
        "138-0013 8000",
        "0013",
    ):
        assert found(firm, "rep", query) == ["上海华为技术有限公司"], query
    for query in ("chongqing", "cqca", "重庆", "长安"):
        assert found(firm, "rep", query) == ["重庆长安汽车"], query
    for query in ("müller", "MÜL", "söhne gmbh", "GMBH mül"):
        assert found(firm, "rep", query) == ["Müller & Söhne GmbH"], query
    for query in ("", "  ", "&", "müller xyz", "华技", "'", '"', "o_account", "* OR 1", "NEAR(a b)", "\x00"):
        assert found(firm, "rep", query) == [], query


def test_the_index_follows_every_change(firm: Firm) -> None:
    account = firm.create("rep", "account", name="Alpha")
    firm.update("rep", account, name="Beta")
    assert found(firm, "rep", "alpha") == []
    assert found(firm, "rep", "beta") == ["Beta"]
    deal = firm.create("rep", "deal", name="Deal", account=account.id)
    assert set(found(firm, "rep", "beta")) == {"Beta", "Deal"}
    firm.update("rep", account, name="Gamma")
    assert set(found(firm, "rep", "gamma")) == {"Gamma", "Deal"}
    assert found(firm, "rep", "beta") == []
    firm.delete("rep", deal)
    firm.delete("rep", account)
    assert found(firm, "rep", "gamma") == []
    with firm.writing("rep") as work:
        saving.restore(work, "account", account.id)
    assert found(firm, "rep", "gamma") == ["Gamma"]


def test_hits_are_only_those_that_the_actor_may_read(firm: Firm) -> None:
    account = firm.create("boss", "account", name="Public", region="east")
    firm.create("boss", "account", name="Western public", region="west")
    firm.create("boss", "deal", name="Secret deal", account=account.id)
    assert set(found(firm, "boss", "public")) == {"Public", "Western public", "Secret deal"}
    assert set(found(firm, "rep", "public")) == {"Public", "Western public"}
    assert set(found(firm, "eastern", "public")) == {"Public", "Secret deal"}
    assert found(firm, "nobody", "public") == []
    assert found(firm, "rep", "public", "deal") == []


def test_a_word_in_a_field_that_the_actor_can_not_read_finds_nothing(firm: Firm) -> None:
    firm.create("boss", "account", name="Plain", secret="bankrupt", phone="13800138000")
    assert found(firm, "boss", "bankrupt") == ["Plain"]
    assert found(firm, "rep", "bankrupt") == []
    assert found(firm, "rep", "plain bankrupt") == []
    assert found(firm, "rep", "plain 138") == ["Plain"]
    assert found(firm, "clerk", "13800138000") == []


def test_titles_that_begin_with_the_query_come_first_and_snippets_show_the_place(firm: Firm) -> None:
    firm.create("boss", "account", name="Old steel works")
    firm.create("boss", "account", name="Steel")
    firm.create("boss", "account", name="Other", secret="made of steel and glass")
    with firm.reading("boss") as work:
        hits = searching.search(work, "steel")
    assert [hit.title for hit in hits] == ["Steel", "Old steel works", "Other"]
    assert "steel" in hits[2].snippet
    assert hits[0].snippet == ""


def test_searching_all_objects_is_few_statements(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    firm.create("boss", "account", name="steel")
    with firm.reading("boss") as work:
        ran: list[str] = []
        execute = work.execute
        monkeypatch.setattr(work, "execute", lambda text, *given: (ran.append(text), execute(text, *given))[1])
        assert searching.search(work, "steel")
        assert len(ran) <= 3


def test_rebuilding_gives_the_same_index(firm: Firm) -> None:
    account = firm.create("boss", "account", name="华为", phone="13800138000")
    firm.create("boss", "deal", name="Steel", account=account.id)
    before = [found(firm, "boss", query) for query in ("hw", "8000", "steel 华为")]
    heard: list[tuple[str, int]] = []
    assert indexing.rebuild(firm.installation, lambda name, done: heard.append((name, done))) == 3
    assert [found(firm, "boss", query) for query in ("hw", "8000", "steel 华为")] == before
    assert ("deal", 1) in heard


def test_suggestions_begin_with_what_was_looked_at_lately(firm: Firm) -> None:
    records = [firm.create("rep", "account", name=f"A{n}", city=f"City {n}") for n in range(5)]
    with firm.writing("rep") as work:
        recents.remember(work, "account", records[1].id)
    with firm.reading("rep") as work:
        offered = suggesting.suggest(work, "account", "", 3)
        assert offered[0].title == "A1"
        assert offered[0].facts == ("City 1",)
        assert len(offered) == 3
        assert [each.title for each in suggesting.suggest(work, "account", "a3")] == ["A3"]
        assert suggesting.suggest(work, "place", "nothing") == []
        assert recents.of_actor(work) == [("account", records[1].id)]


def test_objects_without_search_fields_are_suggested_by_title(firm: Firm) -> None:
    firm.create("boss", "place", name="Harbour")
    with firm.reading("boss") as work:
        assert [each.title for each in suggesting.suggest(work, "place", "har")] == ["Harbour"]


@pytest.mark.parametrize("text", ["中", "中国", "中国人民", "a中b国c", "𠀀𠀁", "ｆｕｌｌ　ｗｉｄｔｈ", "ẞtraße", "1,234.50"])
def test_a_text_answers_itself(text: str) -> None:
    groups = groups_of(text)
    assert groups
    assert matches(groups, tokens_of(text))
