"""The doors of the server: thin, each reads a request, asks the library, and answers. The API is contract v1."""
