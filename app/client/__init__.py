"""Programs and notebooks as clients of a server: HTTP requests, opening a model, converting weights, showing traces."""
