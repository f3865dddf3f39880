// Runs before the first paint: says that scripts run, so that what needs none of them can step aside.
document.documentElement.classList.add("scripted");
