"""The HTTP routes: each parses a request, calls the library, and builds the reply. The API is contract v1."""
