/**
 * The current request as lines that send it: with curl, from Python's standard library, from JavaScript.
 *
 * @typedef {import("../types.js").TraceRequest} TraceRequest
 * @typedef {{origin: string, short?: boolean, secret?: boolean}} SnippetStyle short: long values abbreviated, to be looked at and
 *   not to be run; secret: the server wants its access token, which stays in the variable that holds it
 */
import { literal } from "../base/literal.js";
import { compact } from "./request.js";

const TOKEN = "LSTM_LENS_ACCESS_TOKEN";

/** The body comes from a here-document: no quoting can go wrong in it, and it may be of any length.
 * @param {TraceRequest} request @param {SnippetStyle} way */
export const curlSnippet = (
  request,
  { origin, short = false, secret = false },
) => `curl -s ${origin}/api/traces \\
  -H 'Content-Type: application/json' \\${secret ? `\n  -H "Authorization: Bearer $${TOKEN}" \\` : ""}
  --data-binary @- <<'JSON'
${literal(compact(request), { short })}
JSON
`;

/** @param {TraceRequest} request @param {SnippetStyle} way */
export const pythonSnippet = (request, { origin, short = false, secret = false }) => `import json
${secret ? "import os\n" : ""}from urllib.request import Request, urlopen

request = ${literal(compact(request), { short, python: true })}

body = json.dumps(request).encode()
headers = {"Content-Type": "application/json"${secret ? `, "Authorization": "Bearer " + os.environ["${TOKEN}"]` : ""}}
with urlopen(Request("${origin}/api/traces", body, headers)) as reply:
    trace = json.load(reply)

print(trace["id"], trace["parity"]["max_abs_difference"])
f = trace["cells"][0]["f"]  # forget gate: [timestep][sample][unit]
print(f[0][0])
`;

/** @param {TraceRequest} request @param {SnippetStyle} way */
export const javascriptSnippet = (
  request,
  { origin, short = false, secret = false },
) => `const request = ${literal(compact(request), { short })};

const reply = await fetch("${origin}/api/traces", {
  method: "POST",
  headers: { "Content-Type": "application/json"${secret ? `, Authorization: \`Bearer \${process.env.${TOKEN}}\`` : ""} },
  body: JSON.stringify(request),
});
const trace = await reply.json();
if (!reply.ok) throw new Error(trace.detail[0].msg);

console.log(trace.id, trace.parity.max_abs_difference);
const { f } = trace.cells[0]; // forget gate: [timestep][sample][unit]
console.log(f[0][0]);
`;
