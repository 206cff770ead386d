// The switch of a lone file; pages of the site have the theme's own.

function startTheme() {
  const button = document.querySelector(".lepas .tema");
  if (!button) return;
  button.onclick = () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches, now = document.body.dataset.theme;
    const next = (now === "auto" ? dark : now === "dark") ? "light" : "dark";
    document.body.dataset.theme = next;
    localStorage.setItem("theme", next);
  };
}
