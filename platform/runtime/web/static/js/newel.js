// The one module that every page loads.
import "newel/page";
import "newel/menus";
import "newel/dialogs";
import "newel/keys";
import "newel/shell";
import "newel/palette";
import "newel/list-search";
import "newel/history";
import { every } from "newel/page";

// What only forms need is fetched with the first form. The page says when everything that it began with listens.
const fetched = [];
every("form[data-record-form]", () => fetched.push(import("newel/form")));
every("script[data-live]", () => fetched.push(import("newel/live")));
every("form[data-rule-editor], [data-copies]", () => fetched.push(import("newel/rule-editor")));
every("[data-pick], [data-lookup]", () => fetched.push(import("newel/pick")));
Promise.all(fetched).then(() => document.documentElement.setAttribute("data-scripts", "ready"));
