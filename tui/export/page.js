"use strict";
const MAX_HITS = 2000;
const field = document.getElementById("search");
const found = document.getElementById("found");
const fold = document.getElementById("fold");
const theme = document.getElementById("theme");
const articles = [...document.querySelectorAll("article")];
const entries = [...document.querySelectorAll("nav li")];
const marks = "highlights" in CSS;
let texts = null;
let hits = [];
let at = -1;
let waiting = 0;

// as long as the text it stands for, so that a place in one is a place in the other
const lower = (text) => {
  const low = text.toLowerCase();
  return low.length === text.length ? low : [...text].map((each) => {
    const one = each.toLowerCase();
    return one.length === each.length ? one : each;
  }).join("");
};

const hitsIn = (article, words) => {
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && hits.length < MAX_HITS; node = walker.nextNode()) {
    const text = lower(node.data);
    for (const word of words) {
      for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + word.length)) {
        const range = document.createRange();
        range.setStart(node, start);
        range.setEnd(node, start + word.length);
        hits.push(range);
      }
    }
  }
};

const search = () => {
  clearTimeout(waiting);
  waiting = 0;
  const words = lower(field.value).split(/\s+/).filter(Boolean);
  texts ??= articles.map((each) => lower(each.textContent));
  hits = [];
  at = -1;
  let count = 0;
  articles.forEach((article, index) => {
    const shown = words.every((word) => texts[index].includes(word));
    article.hidden = !shown;
    entries[index].hidden = !shown;
    if (shown) {
      count += 1;
      if (words.length && marks) hitsIn(article, words);
    }
  });
  hits.sort((one, other) => one.compareBoundaryPoints(Range.START_TO_START, other));
  if (marks) {
    CSS.highlights.set("hit", new Highlight(...hits));
    CSS.highlights.delete("here");
  }
  found.textContent = words.length
    ? `${count.toLocaleString("en")} of ${articles.length.toLocaleString("en")} sessions`
    : "";
};

const go = (step) => {
  if (!hits.length) return;
  at = (at + step + hits.length) % hits.length;
  const range = hits[at];
  for (let up = range.startContainer.parentElement; up; up = up.parentElement) {
    if (up.tagName === "DETAILS") up.open = true;
  }
  CSS.highlights.set("here", new Highlight(range));
  range.startContainer.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
};

const setFolds = (open) => {
  for (const each of document.querySelectorAll("details")) each.open = open;
};

field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 120);
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    event.preventDefault();
    if (waiting) search();
    go(event.shiftKey ? -1 : 1);
  }
});
document.getElementById("next").addEventListener("click", () => go(1));
fold.addEventListener("click", () => {
  const open = fold.getAttribute("aria-pressed") !== "true";
  fold.setAttribute("aria-pressed", String(open));
  setFolds(open);
});
const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  theme.setAttribute("aria-pressed", String(isDark()));
});
theme.setAttribute("aria-pressed", String(isDark()));
addEventListener("beforeprint", () => setFolds(true));
document.querySelector(".tools").hidden = false;
