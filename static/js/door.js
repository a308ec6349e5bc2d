// Keeps a reader's typing in the box: it types wherever the focus is, and a tap on anything else takes that away.
const box = document.getElementById("code");
const isWritten = (element) => element.matches("input, textarea, select");

addEventListener("keydown", (event) => {
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !isWritten(document.activeElement)) {
    box.focus();
  }
});
addEventListener("focus", () => {
  if (document.activeElement === document.body) box.focus();
});
