// Guessing in the page: what is asked at a step, what was answered, and the score.

const DOTS = 12; // questions up to which each has a dot

function guessing(root, film, {element, styled, again, ahead, reveal}) {
  const find = (selector) => root.querySelector(selector);
  const form = find(".guess"), typed = find(".typed"), note = find(".note"), words = find(".words");
  const places = film.frames.flatMap((frame, at) => frame.asks.map((ask, i) => `${at}.${i}`));
  const answers = new Map(); // by step and question: verdict, why, and what was typed
  let on = film.guess, here = -1, hinted = "";

  // The first question of a step without an answer, or -1.
  function open(at) {
    return on && at >= 0 ? film.frames[at].asks.findIndex((ask, i) => !answers.has(`${at}.${i}`)) : -1;
  }

  // Whether the number of this card or arrow is still asked for.
  function asked(at, kind, index) {
    if (!on || at < 0) return null;
    const i = film.frames[at].asks.findIndex((ask, k) => ask[kind] === index && !answers.has(`${at}.${k}`));
    return i < 0 ? null : {hinted: hinted === `${at}.${i}`};
  }

  // Asks in the place of the sentence; false where there is nothing to ask.
  function tell(at, advice) {
    const i = open(at);
    root.classList.toggle("asking", i >= 0);
    form.hidden = i < 0;
    here = at;
    score();
    if (i < 0) return false;
    const {question} = film.frames[at].asks[i], before = answers.get(`${at}.${i - 1}`);
    find(".goal").textContent = question.sizes ? `bentuk ${question.name}` : question.name;
    typed.setAttribute("aria-label", `${question.sizes ? "bentuk " : ""}gradien yang Anda tebak`);
    find(".clue").hidden = !question.hint.length;
    words.replaceChildren(...styled(question.say));
    if (!advice) typed.value = "";
    typed.placeholder = question.sizes ? "(…, …)" : question.answer.length > 1 ? "[…, …]" : "";
    if (advice) note.replaceChildren(...advice);
    else if (before) note.replaceChildren(...verdict(at, i - 1), ...styled(linesOf(film.frames[at].say)[i] || []));
    else if (root.classList.contains("small")) note.replaceChildren();
    else if (root.classList.contains("phone")) note.replaceChildren(...asks(question));
    else note.replaceChildren(...asks(question), element("kbd", "Enter"), " memeriksa. Jawaban yang meleset dijelaskan dengan aturan rantai.");
    return true;
  }

  // What is to be typed, where it is more than one number.
  function asks({sizes, answer}) {
    if (sizes) return ["Ketik ukuran setiap dimensinya, misalnya (2, 3). "];
    return answer.length > 1 ? [`Ketik ${answer.length} bilangan, dipisahkan koma. `] : [];
  }

  // Whether the paths of a step would give away numbers of later steps.
  function spoils(frame) {
    return on && frame.asks.some((ask) => ask.edge !== null);
  }

  // The sentence of a step; in front of each line that explains a guess stands how near the guess was.
  function told(at) {
    const {say, asks} = film.frames[at];
    if (!on) return styled(say);
    return linesOf(say).flatMap((line, k) => [
      ...(k ? ["\n"] : []),
      ...asks.flatMap((ask, i) => (ask.question.line || 0) === k ? verdict(at, i) : []),
      ...styled(line),
    ]);
  }

  function verdict(at, i) {
    const answer = answers.get(`${at}.${i}`);
    if (!answer) return [];
    const told = {right: "Tepat.", near: "Hampir", wrong: "Meleset", skipped: "Dilewati."}[answer.verdict];
    const rest = answer.verdict === "near" || answer.verdict === "wrong" ? `: Anda menjawab ${answer.text.replace(/-/g, "−")}. ${answer.why}`.trimEnd() : "";
    return [element("span", `${MARKS[answer.verdict]} ${told}${rest}`, `verdict ${answer.verdict}`), " "];
  }

  function result() {
    if (!on || !places.length) return [];
    const button = element("button", "Ulang", "anew");
    button.addEventListener("click", () => { answers.clear(); hinted = ""; again(); });
    return [`${scored([...answers.values()], places.length)} `, button, " "];
  }

  function score() {
    const holder = find(".score"), {right, skipped} = tallied([...answers.values()]), judged = answers.size - skipped;
    const dots = places.length > DOTS ? [] : places.map((place) => {
      const answer = answers.get(place), now = place === `${here}.${open(here)}`;
      return element("i", answer ? MARKS[answer.verdict] : "", answer ? answer.verdict : now ? "current" : "");
    });
    const told = element("span", `${right} tepat dari ${judged}`);
    for (const dot of dots) dot.setAttribute("aria-hidden", "true");
    holder.replaceChildren(...dots, told);
  }

  function answer(found) {
    const at = here, i = open(at);
    answers.set(`${at}.${i}`, found);
    post();
    again();
    if (open(at) >= 0) focus(at);
    else ahead().focus({preventScroll: true});
  }

  // Where the film is a frame of a page, the page hears how the guesses went.
  function post() {
    if (window.parent === window) return;
    const {right, skipped} = tallied([...answers.values()]);
    window.parent.postMessage({jejak: "verdict", right, judged: answers.size - skipped, asked: places.length}, "*");
  }

  function advise(parts) {
    tell(here, parts);
    reveal();
    focus(here);
  }

  function check() {
    const {question} = film.frames[here].asks[open(here)], parsed = parse(typed.value, question);
    if (!parsed.advice) answer({...judge(parsed, question), text: typed.value.trim()});
    else advise([element("span", parsed.advice, "verdict near")]);
  }
  find(".check").addEventListener("click", check); // a sandboxed page may not send a form
  typed.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    check();
  });
  find(".clue").addEventListener("click", () => {
    const i = open(here);
    hinted = `${here}.${i}`;
    again();
    advise(styled(film.frames[here].asks[i].question.hint));
  });
  find(".skip").addEventListener("click", () => answer({verdict: "skipped", why: "", text: ""}));

  function focus(at) {
    if (open(at) >= 0) typed.focus({preventScroll: true});
  }

  function toggle(at) {
    on = !on;
    find(".switch").setAttribute("aria-checked", String(on));
    again();
    focus(at);
  }

  find(".switch").setAttribute("aria-checked", String(on));
  find(".switch").hidden = !places.length;
  return {asked, focus, open, result, spoils, tell, toggle, told};
}
