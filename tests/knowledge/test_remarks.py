"""What is told of a whole file is a remark: it is no row that was left out."""

import pytest

from tests.knowledge.reading_sources import make_source, own_folder, read
from widget.knowledge.sources import files

__all__ = ["own_folder"]


@pytest.mark.django_db
@pytest.mark.usefixtures("own_folder")
def test_a_guessed_encoding_counts_as_no_row() -> None:
    source = make_source(options={"format": "csv"})
    source.file = files.store(["Pertanyaan;Jawaban\nAda café?;Ada.\nTutup?;Jam 9.\nKosong?;\n".encode("cp1252")])
    source.save()
    run = read(source)
    assert (run.taken, run.skipped, sorted(run.findings.values_list("code", flat=True))) == (2, 1, ["empty", "guessed_encoding"])
