"""What knows HTTP: routes, middleware, error replies, headers, and the server itself."""
