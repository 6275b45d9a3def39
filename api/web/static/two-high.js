"use strict";
// A little comfort; every page works without it.

// The summary of errors is read out first.
document.querySelector(".errors")?.focus();

// Whether somebody put something into a field.
const filled = (field) => {
  if (!field.name || ["hidden", "submit", "button"].includes(field.type)) return false;
  if (field.type === "select-one") return field.value !== "" && !field.selectedOptions[0].defaultSelected;
  return ["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value.trim() !== "";
};

// A draft is saved while it is filled in, some seconds after the last change; its buttons save as ever.
for (const form of document.querySelectorAll("form[data-keep]")) {
  const said = form.querySelector("[data-kept]");
  let timer, going;
  const keep = async () => {
    const { version, once, kept } = form.elements;
    // A new row is added when its first field is filled in; it is the same row from then on, whether or not an answer comes.
    if (kept && ![...form.elements].some(filled)) return;
    if (kept) kept.value = "yes";
    const sent = new URLSearchParams(new FormData(form));
    sent.set("then", "keep");
    const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
    const now = answer?.headers.get("Two-High-Version"), row = answer?.headers.get("Two-High-Row");
    if (now) version.value = now;
    if (row && kept) {
      form.action = row;
      history.replaceState(null, "", row);
      once.remove();
      kept.remove();
    }
    said.textContent = now ? said.dataset.kept : said.dataset.unkept;
    for (const link of now ? form.querySelectorAll("[data-back]") : []) link.textContent = link.dataset.back;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const mine = (going ?? Promise.resolve()).then(keep);
      going = mine;
      mine.finally(() => { if (going === mine) going = null; });
    }, 4000);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!going) return;
    // What is sent names the version that is being made.
    event.preventDefault();
    event.stopImmediatePropagation();
    going.finally(() => form.requestSubmit(event.submitter));
  });
}

// A form that records something is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
}
// Back from the next page, the same form can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What prints, prints.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
