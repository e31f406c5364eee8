/** What the vendored scripts put into the window. */
declare function SwaggerUIBundle(options: object): unknown;
