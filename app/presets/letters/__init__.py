"""A trained preset: a tiny character model, in which one unit remembers whether the subject was plural."""
