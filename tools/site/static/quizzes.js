// Quizzes live by the course's own script; what was answered is remembered.

function startQuizzes(root) {
  for (const quiz of root.querySelectorAll(".jejak-kuis")) {
    quiz.addEventListener("jejak", ({detail}) => {
      if (detail.judged) store.set("quizzes", quiz.dataset.nama, detail);
    });
    startQuiz(quiz);
  }
}
