function startBox(root) {
  const bytes = Uint8Array.from(atob(root.dataset.tebak), (letter) => letter.charCodeAt(0));
  const data = JSON.parse(new TextDecoder().decode(bytes));
  const add = (parent, name, text) => {
    const part = parent.appendChild(document.createElement(name));
    part.textContent = text;
    return part;
  };
  const form = add(root, "p", ""), input = add(add(form, "label", "Atau tebak di sini: "), "input", "");
  const check = add(form, "button", "Periksa"), told = add(root, "p", "");
  told.role = "status";
  told.style = "white-space:pre-line;padding:0 12px";
  for (const part of [input, check]) part.style = "font:inherit;color:inherit;background:none;border:1px solid #7d8590;border-radius:6px;margin-right:6px;padding:6px 8px";
  check.onclick = () => {
    const [heading, message, line] = assessGuess(data, input.value), look = line ? ["△", "#c9772a"] : ["○", "#7d8590"];
    const [mark, colour] = heading === "tepat" ? ["●", "#2b8a5f"] : look;
    told.textContent = "";
    told.style.borderLeft = `4px solid ${colour}`;
    add(told, "b", `${mark} ${heading[0].toUpperCase()}${heading.slice(1)}. `);
    const whole = line ? `${message}\nUntuk mencatatnya, tulis di sel: \`${line}\`` : message;
    whole.split("`").forEach((piece, at) => add(told, at % 2 ? "code" : "span", piece));
  };
  input.onkeydown = (event) => {
    event.stopPropagation(); // a notebook around it would take the key for a shortcut of its own
    if (event.key === "Enter") check.click();
  };
}
