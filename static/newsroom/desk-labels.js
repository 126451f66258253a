// Boxes that are drawn over a field, Select2's and the rich text editor's, have no name of their own: they take the
// label of the field they stand for.
"use strict";

{
  const labelOf = (field) => {
    const label = document.querySelector(`label[for="${field.id}"]`);
    if (label) label.id ||= `label-${field.id}`;
    return label?.id;
  };
  const nameBoxes = () => {
    for (const field of document.querySelectorAll("select.admin-autocomplete")) {
      const label = labelOf(field);
      const box = field.nextElementSibling?.querySelector('[role="combobox"]');
      const chosen = box?.querySelector('[role="textbox"]');
      if (!label || !chosen) continue;
      chosen.setAttribute("aria-labelledby", label);
      box.setAttribute("aria-labelledby", `${label} ${chosen.id}`);
    }
  };
  const nameEditor = () => {
    const body = document.getElementById("id_body");
    const editor = body && document.querySelector(".ProseMirror[role=textbox]");
    if (editor && labelOf(body)) editor.setAttribute("aria-labelledby", labelOf(body));
  };
  // Select2 is put over its fields by jQuery's own kind of readiness, which may come after "load".
  addEventListener("DOMContentLoaded", () => django.jQuery(() => setTimeout(nameBoxes)));
  addEventListener("load", nameEditor);
}
