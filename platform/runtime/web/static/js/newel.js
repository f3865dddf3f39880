// The one module that every page loads.
import "newel/page";
import "newel/menus";
import "newel/dialogs";
import "newel/keys";
import "newel/shell";
import "newel/palette";
import { every } from "newel/page";

// What only forms need is fetched with the first form.
every("form[data-record-form]", () => import("newel/form"));
every("[data-pick], [data-lookup]", () => import("newel/pick"));
