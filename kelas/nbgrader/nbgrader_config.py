"""nbgrader untuk kelas ini, bagi pengajar dan peserta; ditemukan lewat JUPYTER_CONFIG_PATH."""

import os

c = get_config()  # noqa: F821  # nbgrader gives this name to the file it reads

c.CourseDirectory.course_id = "jejak"
c.CourseDirectory.root = os.environ.get("KELAS_NILAI", "/var/lib/jejak-kelas/nilai")
c.Exchange.root = os.environ.get("KELAS_BURSA", "/srv/jejak-bursa")
c.Exchange.path_includes_course = False
c.ClearSolutions.code_stub = {"python": "...  # tulis di sini"}
# Learners and teacher are accounts of this machine: nobody hands in under another's name.
c.ExchangeCollect.check_owner = True

# Nothing of a submission runs as the teacher: kelas.grading.preprocess.Judged stands in for nbgrader's Execute.
c.Autograde.autograde_preprocessors = [
    "kelas.grading.preprocess.Judged",
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
