"use strict";

function slide(root) {
  const positions = JSON.parse(root.dataset.positions), input = root.querySelector("input");
  const picture = root.querySelector("img"), bytes = atob(picture.src.split(",")[1]);
  picture.outerHTML = new TextDecoder().decode(Uint8Array.from(bytes, (letter) => letter.charCodeAt(0)));
  const line = root.querySelector(".garis"), dots = root.querySelector(".titik"), told = root.querySelector("p");
  const show = () => {
    const [path, places, text] = positions[input.value];
    line.setAttribute("d", path);
    [...dots.children].forEach((dot, index) => {
      dot.setAttribute("cx", places[index][0]);
      dot.setAttribute("cy", places[index][1]);
    });
    told.textContent = input.ariaValueText = text;
  };
  input.parentElement.hidden = false;
  input.oninput = show;
  show();
}

slide(ownRoot(".jejak-geser"));
