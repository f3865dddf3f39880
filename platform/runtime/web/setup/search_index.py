"""The search index: how much of each object it holds; written anew behind the scenes, with its progress told."""

from __future__ import annotations

from flask import Response, g
from flask_admin import expose

from newel.metadata.words import word
from newel.runtime.records import measuring, reindexing
from newel.runtime.web.screens import answers
from newel.runtime.web.screens.viewer import viewer
from newel.runtime.web.setup.views import SYSTEM, View

STATES = {
    "done": word("The index was written anew."),
    "stopped": word("Stopped. The index is as it was before."),
    "failed": word("The index could not be written; it is as it was before. The server's log says why."),
    "broken": word("The server ended before the index was written; it is as it was before."),
}


class SearchIndexView(View):
    """The state of the index, object by object."""

    def __init__(self) -> None:
        super().__init__(word("Search index"), SYSTEM, "setup_search", "search-index", menu_icon_value="list-search")

    @expose("/")
    def index(self) -> Response:
        return self._shown("setup/search_index.html")

    @expose("/progress/")
    def progress(self) -> Response:
        """How far a rebuild is; htmx asks every second while one runs."""
        return self._shown("setup/search_index_state.html")

    @expose("/rebuild/", methods=("POST",))
    def rebuild(self) -> Response:
        begun = reindexing.start(g.installation)
        said = word("The index is being written anew.") if begun else word("It is being written already.")
        return answers.go(self.get_url(".index"), viewer().t(said))

    @expose("/stop/", methods=("POST",))
    def stop(self) -> Response:
        reindexing.stop(g.installation.settings)
        return answers.go(self.get_url(".index"), viewer().t("It stops at its next step."))

    def _shown(self, template: str) -> Response:
        found = measuring.indexed(g.installation)
        return self.render(
            template,
            rows=found,
            objects=viewer().model.objects,
            documents=sum(each.documents for each in found),
            wrong=[each for each in found if not each.is_whole],
            progress=reindexing.state(g.installation.settings),
            states=STATES,
        )
