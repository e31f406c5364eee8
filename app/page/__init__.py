"""The page as HTML: templates, the texts of each language, and the static files."""
