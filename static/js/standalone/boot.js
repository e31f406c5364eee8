/** The start of a page in one file, before the page's own: the chosen language awakes, and the form can only be read. */

import { el, find, findAll } from "../base/dom.js";
import { translator } from "../base/i18n.js";
import { complete } from "../model/request.js";
import { data } from "./data.js";
import { openingHash } from "./opening.js";
import { PAGES } from "./tour-pages.js";

/** Where `make run` serves. */
const SERVER = "http://127.0.0.1:8000/";

/** The language that the address asks for, else the reader's, else the first. */
function choose() {
  const pages = /** @type {HTMLTemplateElement[]} */ (findAll("template[data-language]"));
  const asked = [new URLSearchParams(location.search).get("lang"), ...navigator.languages].map(
    (tag) => tag?.toLowerCase().split("-")[0],
  );
  const known = asked.find((tag) => pages.some(({ dataset }) => dataset.language === tag));
  return { pages, page: pages.find(({ dataset }) => dataset.language === known) ?? pages[0] };
}

function awake() {
  const { pages, page } = choose();
  if (!page) return;
  document.documentElement.lang = page.dataset.language === "zh" ? "zh-CN" : "en";
  document.title = page.dataset.title ?? document.title;
  document.body.prepend(page.content.cloneNode(true));
  for (const one of pages) one.remove();
}

function readOnly() {
  const t = translator(JSON.parse(find("#page-data").textContent ?? "{}").messages);
  for (const field of findAll("#form fieldset")) field.setAttribute("disabled", "");
  const link = el("a", { href: SERVER, rel: "noreferrer" }, t("standalone.run"));
  link.addEventListener("click", () => {
    link.href = SERVER + location.hash;
  });
  find("#form").before(el("p", { class: "standalone-note" }, t("standalone.note"), link));
}

/** The address names this run, so that the page's own start finds it. */
function open() {
  const preset = data.preset && { ...data.preset, request: complete(data.preset.request) };
  history.replaceState(
    null,
    "",
    openingHash(data, preset, complete(data.trace.request), location.hash),
  );
}

awake();
readOnly();
open();
document.body.dataset.toured = String(PAGES.length > 0);
