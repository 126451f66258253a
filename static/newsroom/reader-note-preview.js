// The desk's preview: it closes as for readers, and nothing is remembered or counted.
(() => {
  const note = document.getElementById("reader-note");
  const close = () => {
    note.hidden = true;
  };
  note.querySelector("button").addEventListener("click", close);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
})();
