"""Solutions are found in folders, and read without ever leaving them."""

from __future__ import annotations

from pathlib import Path

import pytest

from newel.metadata import solutions
from newel.metadata.reading import MAX_BYTES
from newel.metadata.solutions import find, read_folder, read_layers

SOLUTION = "solution: sales\nversion: 1.0.0\n"


def solution(folder: Path, text: str = SOLUTION) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "solution.yaml").write_text(text)
    return folder


def test_solutions_are_found_at_and_beneath_a_path(tmp_path: Path) -> None:
    solution(tmp_path / "standard")
    solution(tmp_path / "industry" / "health", "solution: health\nversion: 1.0.0\n")
    solution(tmp_path / ".hidden")
    assert [(each.name, each.path.name) for each in find([tmp_path])] == [("health", "health"), ("sales", "standard")]
    assert find([tmp_path / "standard", tmp_path]) == find([tmp_path])


def test_a_path_without_a_solution_is_a_problem(tmp_path: Path) -> None:
    assert [each.code for each in read_layers([tmp_path])[1]] == ["NW-E201"]


def test_files_of_all_folders_belong_to_the_layer(tmp_path: Path) -> None:
    folder = solution(tmp_path)
    (folder / "objects" / "deep").mkdir(parents=True)
    (folder / "objects" / "deep" / "account.yaml").write_text("object: account\n")
    (folder / "README.md").write_text("# hello")
    layer, problems = read_folder(folder)
    assert not problems
    assert layer.name == "sales"
    assert sorted(layer.files) == ["objects/deep/account.yaml", "solution.yaml"]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = solution(tmp_path / "sales")
    (tmp_path / "secret.yaml").write_text("object: secret\n")
    (folder / "stolen.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "objects").symlink_to(tmp_path)
    layer, problems = read_folder(folder)
    assert [(str(each.place), each.code) for each in problems] == [("sales/objects", "NW-E019"), ("sales/stolen.yaml", "NW-E019")]
    assert list(layer.files) == ["solution.yaml"]


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    folder = solution(tmp_path)
    (folder / "a.yaml").write_bytes("object: account\nlabel: 客户\n".encode("gbk"))
    (folder / "b.yaml").write_bytes("object: contact\n".encode("utf-16"))
    assert [str(each.place) + " " + each.code for each in read_folder(folder)[1]] == [
        "sales/a.yaml:2:1 NW-E002",
        "sales/b.yaml:1:1 NW-E002",
    ]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    folder = solution(tmp_path)
    (folder / "a.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    assert [each.code for each in read_folder(folder)[1]] == ["NW-E001"]


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = solution(tmp_path)
    (folder / "a.yaml").write_text("object: account\n")
    opened = Path.open

    def refuse(path: Path, *arguments: str) -> object:
        if path.name == "a.yaml":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments)

    monkeypatch.setattr(Path, "open", refuse)
    assert [str(each) for each in read_folder(folder)[1]] == ["sales/a.yaml NW-E022: can't be read: Permission denied."]


def test_a_solution_of_too_many_files_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solutions, "MAX_FILES", 2)
    folder = solution(tmp_path)
    for name in ("a", "b", "c"):
        (folder / f"{name}.yaml").write_text(f"object: {name}\n")
    layer, problems = read_folder(folder)
    assert [each.code for each in problems] == ["NW-E020"]
    assert len(layer.files) == 2
