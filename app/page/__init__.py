"""The page as HTML: templates, the words of each language, and the files that browsers load."""
