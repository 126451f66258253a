// A click on the picture fills in the two numbers of its focal point; a mark shows where it is.
document.addEventListener("DOMContentLoaded", () => {
  const frame = document.querySelector(".desk-focus");
  const inputs = ["x", "y"].map((axis) => document.getElementById(`id_focus_${axis}`));
  if (!frame || inputs.includes(null)) return;
  const mark = frame.appendChild(document.createElement("i"));
  const show = () => {
    [mark.style.left, mark.style.top] = inputs.map((input) => `${input.value}%`);
  };
  frame.addEventListener("click", (event) => {
    const { left, top, width, height } = frame.getBoundingClientRect();
    const shares = [(event.clientX - left) / width, (event.clientY - top) / height];
    inputs.forEach((input, axis) => {
      input.value = Math.round(Math.min(Math.max(shares[axis], 0), 1) * 100);
    });
    show();
  });
  for (const input of inputs) input.addEventListener("input", show);
  show();
});
