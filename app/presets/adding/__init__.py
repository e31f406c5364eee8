"""A trained preset: add the two marked numbers, and ignore the others."""
