"""A trained preset: remember the bit shown at a store flag, and give it back at the recall flag."""
