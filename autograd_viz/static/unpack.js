// Style and script of the player, packed by packing.py, become parts of this page. In a block: nothing is left behind.
{
  const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()*+,-./:;=?@[]^_{|}";
  const unpack = (packed) => {
    let out = "";
    for (let at = 0; at < packed.length; at += 1) {
      if (packed[at] !== "~") out += packed[at];
      else if (packed[at + 1] === "~") {
        out += "~";
        at += 1;
      } else {
        const [far, near, length] = [1, 2, 3].map((place) => digits.indexOf(packed[at + place]));
        const start = out.length - far * digits.length - near;
        for (let place = start; place < start + length + 5; place += 1) out += out[place];
        at += 3;
      }
    }
    return out;
  };
  if (typeof module !== "undefined") module.exports = {unpack};
  else {
    for (const packed of document.querySelectorAll("script[data-part]")) {
      const part = document.createElement(packed.dataset.part);
      part.textContent = unpack(packed.textContent);
      document.head.append(part);
    }
  }
}
