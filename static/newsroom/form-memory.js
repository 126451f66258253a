// Name and addresses stay in this browser, if their writer wants it: _form_memory.html
{
  const box = document.getElementById("id_memory");
  const near = (seen, observer) => {
    if (!seen[0].isIntersecting) return;
    observer.disconnect();
    try {
      const memory = localStorage; // throws where nothing may be kept: the box then stays hidden
      const fields = ["name", "email", "url"].map((name) => box.form.elements[name]);
      const keep = () => {
        if (box.checked) memory.writer = JSON.stringify(fields.map((field) => field.value));
        else memory.removeItem("writer");
      };
      box.onchange = keep;
      box.form.addEventListener("submit", keep);
      box.parentNode.hidden = false;
      const known = JSON.parse(memory.writer);
      box.checked = true;
      fields.forEach((field, number) => (field.value ||= known[number]));
    } catch {}
  };
  new IntersectionObserver(near, { rootMargin: "2000px" }).observe(box.form);
}
