"""A trained preset: on which side is there a marker? It takes both directions to say."""
