// What this browser remembers of guesses, quizzes and films. Where it may keep nothing, the page does while it is open.

const store = (() => {
  const KEY = "jejak-gradien";
  const EMPTY = {guesses: {}, quizzes: {}, films: {}};
  let kept = null;

  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY));
      if (found && typeof found === "object") kept = {...EMPTY, ...found};
    } catch {} // blocked, or written by something else
    return kept || {...EMPTY};
  }

  function write() {
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
    } catch {} // full, or blocked: what was read is still true for this page
  }

  return {
    get: (kind, name) => read()[kind][name],
    all: (kind) => read()[kind],
    set(kind, name, what) {
      const all = read();
      kept = {...all, [kind]: {...all[kind], [name]: what}};
      write();
    },
    forget() {
      kept = null;
      try {
        localStorage.removeItem(KEY);
      } catch {}
    },
  };
})();
