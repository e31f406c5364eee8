"""The page as HTML: templates with the texts of a language, and embedded data."""

from collections.abc import Callable
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from .. import __version__
from ..core.resources import resources
from ..lstm.stages import STAGES, STAGES_WITH_PROJECTION
from .i18n import Language, catalog

TEMPLATES = resources("templates")

environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def render_template(template: str, language: Language, static: Callable[[str], str], **values: bool) -> str:
    """A rendered template. static: returns the URL of a file below static/. values: the template's other variables."""
    messages = catalog(language)
    return environment.get_template(template).render(
        t=lambda key: messages[key],
        lang=language,
        static=static,
        page_data=_page_data(language),
        version=__version__,
        **values,
    )


def json_in_html(data: Any) -> Markup:
    """JSON that is safe inside a script element, whatever its texts contain."""
    content = orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    return Markup(content.replace("<", "\\u003c"))  # noqa: S704 (escaped here)


def _page_data(language: Language) -> Markup:
    data = {"lang": language, "messages": dict(catalog(language)), "stages": _stages(), "version": __version__}
    return json_in_html(data)


def _stages() -> list[dict[str, Any]]:
    """Every stage that some cell has, in order; `projection`: the cells that have it, None for all."""
    rows: list[dict[str, Any]] = []
    for stage in dict.fromkeys((*STAGES, *STAGES_WITH_PROJECTION)):
        everywhere = stage in STAGES and stage in STAGES_WITH_PROJECTION
        rows.append(
            {
                "name": stage.name,
                "formula": stage.formula,
                "reads": stage.reads,
                "writes": stage.writes,
                "with_projection": None if everywhere else stage in STAGES_WITH_PROJECTION,
            }
        )
    return rows
