// The one module that every page loads.
import "newel/page";
import "newel/menus";
import "newel/dialogs";
import "newel/keys";
import "newel/shell";
import "newel/palette";
