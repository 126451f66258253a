// The publish button says what pressing it will do: its words for the time in the form come from the server. While
// they are on their way, and wherever this script does not run, it says only what is always true.
"use strict";

addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("button[data-naming]");
  const fields = [...document.querySelectorAll('[name^="publish_at_"], [name^="embargo_"]')];
  if (!button || fields.length < 2) return;
  let asked = "";

  async function name() {
    const typed = new URLSearchParams(fields.map((field) => [field.name, field.value])).toString();
    if (typed === asked) return;
    asked = typed;
    button.textContent = button.dataset.unnamed;
    button.value = "1";
    try {
      const answer = await fetch(`${button.dataset.naming}?${typed}`, { headers: { Accept: "application/json" } });
      const words = answer.ok ? await answer.json() : null;
      if (!words || typed !== asked) return;
      button.textContent = words.label;
      button.value = words.value;
    } catch {
      asked = "";
    }
  }

  for (const field of fields) {
    // The calendar and the clock write without an event, and then put the cursor into the field: "focus".
    for (const event of ["input", "change", "focus", "blur"]) field.addEventListener(event, name);
  }
  name();
});
