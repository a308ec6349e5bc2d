// Shows a question only while the answer that it depends on is there. Without this it stands there with a sentence that
// says so, and the server reads it only if it counts.

const form = document.querySelector("form[data-asks]");

function update() {
  const given = new FormData(form);
  const hidden = new Set(); // fields of questions that are hidden: their answers do not count
  for (const part of form.querySelectorAll("[data-if]")) {
    const wanted = part.dataset.is.split(" ");
    const counts = !hidden.has(part.dataset.if) && given.getAll(part.dataset.if).some((value) => wanted.includes(value));
    part.hidden = !counts;
    if (!counts) for (const field of part.querySelectorAll("[name]")) hidden.add(field.name);
  }
}

if (form) {
  form.addEventListener("change", update);
  update();
}
