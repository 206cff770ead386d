// Films and drawings that open: their frames are made from the page's data once they come near the window.

const PARTS = window.jejakBagian || [];
const NEAR = "600px";
const films = new Map(); // window of a frame → its name

function mount(data) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.title = data.dataset.judul;
  frame.allow = "fullscreen";
  frame.setAttribute("sandbox", "allow-scripts");
  frame.setAttribute("onload", PARTS[data.dataset.pasang]);
  frame.srcdoc = data.textContent
    .replace(/<@(\/script|!--)/g, "<$1")
    .replace(/<@(\d+)@>/g, (mark, number) => PARTS[number]);
  const name = data.dataset.nama;
  data.replaceWith(frame);
  films.set(frame.contentWindow, name);
}

function startFrames(root) {
  const waiting = [...root.querySelectorAll("script.bingkai")];
  waiting.forEach((data, at) => { data.dataset.nama = `${pageName()} ${at + 1}`; });
  if (!window.IntersectionObserver) return waiting.forEach(mount);
  const watch = new IntersectionObserver((entries) => {
    for (const {isIntersecting, target} of entries) {
      const data = isIntersecting && target.querySelector("script.bingkai");
      if (!data) continue;
      watch.unobserve(target);
      mount(data);
    }
  }, {rootMargin: NEAR});
  for (const data of waiting) watch.observe(data.parentElement);
}

// A page without its folders and suffix, the same in the site and as a lone file.
function pageName() {
  return decodeURIComponent(location.pathname).replace(/^.*\//, "").replace(/\.html$/, "");
}

// Verdicts that films post: right ones, and all that were judged.
window.addEventListener("message", ({source, data}) => {
  if (!films.has(source) || !data || data.jejak !== "verdict") return;
  store.set("films", films.get(source), {right: Number(data.right), judged: Number(data.judged)});
});
