/** Rules for what the page is made of. Layout is the formatter's, types are the compiler's. */
import css from "@eslint/css";
import js from "@eslint/js";
import html from "@html-eslint/eslint-plugin";
import { defineConfig, globalIgnores } from "eslint/config";
import globals from "globals";

export default defineConfig([
  globalIgnores(["**/.*/", "data/", "static/{gifenc,mediabunny,plotly,vendor}/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["static/js/**/*.js"],
    plugins: { js },
    extends: ["js/recommended"],
    languageOptions: { globals: { ...globals.browser, Plotly: "readonly" } },
    rules: {
      complexity: ["error", 30],
      "default-case-last": "error",
      eqeqeq: "error",
      "max-depth": ["error", 4],
      "no-console": ["error", { allow: ["error"] }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-param-reassign": "error",
      "no-shadow": ["error", { allow: ["_"], hoist: "never" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
  {
    files: ["tests/js/**/*.js", "eslint.config.js"],
    plugins: { js },
    extends: ["js/recommended"],
    languageOptions: { globals: globals.node },
    rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error" },
  },
  {
    files: ["static/css/**/*.css"],
    plugins: { css },
    language: "css/css",
    extends: ["css/recommended"],
    rules: {
      "css/no-important": "off", // hidden is hidden, and motion reduced, whatever a panel says
      "css/use-baseline": "off", // the page says itself which browsers it needs
      "css/no-invalid-properties": ["error", { allowUnknownVariables: true }],
    },
  },
  {
    files: ["templates/**/*.html"],
    plugins: { html },
    language: "html/html",
    extends: ["html/recommended"],
    languageOptions: { templateEngineSyntax: { "{{": "}}", "{%": "%}", "{#": "#}" } },
    rules: {
      // layout is the formatter's
      "html/attrs-newline": "off",
      "html/element-newline": "off",
      "html/indent": "off",
      "html/no-extra-spacing-attrs": "off",
      "html/no-extra-spacing-tags": "off",
      "html/quotes": "off",
      "html/require-closing-tags": "off",
      // the branches of a template, of which one is served; the browser tests look at what is
      "html/no-duplicate-attrs": "off",
      "html/no-duplicate-id": "off",
      "html/use-baseline": "off",
    },
  },
]);
