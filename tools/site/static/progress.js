// The page that shows what was guessed and answered in this browser, and forgets it.

function startProgress(root) {
  const board = root.querySelector(".kemajuan");
  if (!board) return;
  const told = board.querySelector(".ringkas");

  function guessesOf(names) {
    const found = names.map((name) => store.get("guesses", name)).filter(Boolean);
    const right = found.filter((one) => one.right).length, tried = found.filter((one) => one.tries).length;
    return {right, tried, skipped: found.length - tried};
  }

  function draw() {
    let right = 0, tried = 0, answered = 0;
    for (const row of board.querySelectorAll("tr[data-tebakan]")) {
      const names = row.dataset.tebakan.split(" ").filter(Boolean), quizzes = row.dataset.kuis.split("|").filter(Boolean);
      const guesses = guessesOf(names), results = quizzes.map((name) => store.get("quizzes", name)).filter(Boolean);
      const skipped = guesses.skipped ? `, ${guesses.skipped} dilewati` : "";
      row.querySelector(".tebakan").textContent = names.length
        ? guesses.tried || guesses.skipped ? `${guesses.right} tepat dari ${names.length}${skipped}` : "belum" : "";
      const sum = (part) => results.reduce((total, one) => total + one[part], 0);
      row.querySelector(".kuis").textContent = quizzes.length
        ? results.length ? `${sum("right")} tepat dari ${sum("judged")} terjawab` : "belum" : "";
      right += guesses.right;
      tried += guesses.tried;
      answered += sum("judged");
    }
    const played = Object.values(store.all("films")).reduce((total, one) => total + one.judged, 0);
    const more = played ? ` ${played} gradien di dalam film ditebak.` : "";
    told.textContent = tried || answered || played
      ? `${right} dari ${tried} tebakan yang dicoba tepat; ${answered} pertanyaan kuis terjawab.${more}`
      : "Belum ada yang ditebak atau dijawab di peramban ini.";
  }

  board.querySelector(".lupakan").onclick = () => {
    if (!window.confirm("Semua tebakan dan jawaban kuis di peramban ini akan dihapus. Lanjutkan?")) return;
    store.forget();
    draw();
  };
  draw();
}
