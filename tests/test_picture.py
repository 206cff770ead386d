"""The picture of the README is the one that lesson 00 shows."""

from xml.etree import ElementTree

from tools import picture


def test_the_picture_is_in_step_with_the_lesson():
    assert picture.main(["--periksa"]) == 0


def test_a_picture_that_differs_is_found(tmp_path, monkeypatch, capsys):
    other = tmp_path / "docs" / "contoh.svg"
    monkeypatch.setattr(picture, "PICTURE", other)
    assert picture.main(["--periksa"]) == 1
    assert picture.main([]) == 0
    assert picture.main(["--periksa"]) == 0
    other.write_text("<svg/>", encoding="utf-8")
    assert picture.main(["--periksa"]) == 1
    assert "python tools/picture.py" in capsys.readouterr().err


def test_the_picture_is_a_picture_of_its_own():
    root = ElementTree.fromstring(picture.first_picture(picture.LESSON))
    assert root.tag.endswith("svg") and root.get("role") == "img"
