// The chosen picture goes to the editor's window, by the call that the editor waits for (CKEditor's of old).
const list = document.querySelector("[data-callback]");
list.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const tools = window.opener?.CKEDITOR?.tools;
  if (!button || !tools) return;
  const { key, address, alt, caption } = button.dataset;
  tools.callFunction(list.dataset.callback, address, { id: key, alternative_text: alt, caption });
  window.close();
});
