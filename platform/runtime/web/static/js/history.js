// Going back and forward among the states of one page: the part of it that had changed is fetched again, the rest stays.
import { ask } from "newel/page";

const PARTS = ["#list", "#record-main"];

document.addEventListener("htmx:historyCacheMiss", async (event) => {
  event.preventDefault();
  const path = event.detail.path;
  const part = PARTS.find((each) => document.querySelector(each));
  const answer = part && (await ask(path, { headers: { "HX-Request": "true" } }).catch(() => null));
  const text = answer?.ok && (await answer.text());
  if (path !== location.pathname + location.search) return; // gone on meanwhile
  if (!text) return location.reload();
  window.htmx.swap(part, text, { swapStyle: "outerHTML" }, { select: part });
});
