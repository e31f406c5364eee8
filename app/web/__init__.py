"""The HTTP layer: routes, middleware, error replies, headers, and the server itself."""
