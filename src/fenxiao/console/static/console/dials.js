// A slider beside each number of a what-if. Without this the numbers are typed and sent with the button.
(() => {
  const enliven = (root) =>
    root.querySelectorAll("input[data-turns][hidden]").forEach((slider) => (slider.hidden = false));

  document.addEventListener("input", (event) => {
    const one = event.target;
    if (one.dataset.turns) document.getElementById(one.dataset.turns).value = one.value;
    const slider = document.querySelector(`input[data-turns="${CSS.escape(one.id || "-")}"]`);
    if (slider) slider.value = one.value;
  });
  document.addEventListener("htmx:load", (event) => enliven(event.target));
  document.addEventListener("DOMContentLoaded", () => enliven(document));
})();
