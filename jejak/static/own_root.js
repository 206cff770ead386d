"use strict";

// The element that a script belongs to: it stands inside; VS Code runs a copy of it beside.
const ownRoot = (name) => {
  const {currentScript} = document;
  return currentScript.closest(name) || currentScript.parentElement.querySelector(name);
};
