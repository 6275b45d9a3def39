"use strict";
// A little comfort; every page works without it.

// The summary of errors is read out first.
document.querySelector(".errors")?.focus();

// A draft is saved while it is filled in, some seconds after the last change; its buttons save as ever.
for (const form of document.querySelectorAll("form[data-keep]")) {
  const said = form.querySelector("[data-kept]");
  let timer, going;
  const keep = async () => {
    const sent = new URLSearchParams(new FormData(form));
    sent.set("then", "keep");
    const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
    const version = answer?.headers.get("Two-High-Version");
    if (version) form.elements.version.value = version;
    said.textContent = version ? said.dataset.kept : said.dataset.unkept;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { going = keep().finally(() => { going = null; }); }, 4000);
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
