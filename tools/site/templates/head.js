// Before anything is painted: memory that may be blocked, and the mark by which what follows a guess stays hidden.
try {
  localStorage.getItem("theme");
} catch (blocked) {
  const kept = new Map();
  Object.defineProperty(window, "localStorage", {value: {
    getItem: (name) => (kept.has(name) ? kept.get(name) : null),
    setItem: (name, text) => { kept.set(name, String(text)); },
    removeItem: (name) => { kept.delete(name); },
  }});
}
document.documentElement.classList.add("hidup");
