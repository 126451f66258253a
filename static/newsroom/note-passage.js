// Words that are selected in the text become the note's passage.
"use strict";

document.addEventListener("selectionchange", () => {
  const chosen = document.getSelection();
  const text = document.getElementById("note-body");
  const field = document.getElementById("id_passage");
  if (!chosen || chosen.isCollapsed || !text || !field || !text.contains(chosen.anchorNode)) return;
  if (!text.contains(chosen.focusNode)) return;
  field.value = chosen.toString().replace(/\s+/g, " ").trim().slice(0, 500);
});
