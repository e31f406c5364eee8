import assert from "node:assert/strict";
import { test } from "node:test";

import { isMasked, layersOf, parityVerdict } from "../../../static/js/model/parity.js";
import { traceOf } from "../support.js";

const agreement = { max_abs_difference: 0, bit_equal: true, tolerance: 1e-6, ok: true };

test("a comparison ends in one of four verdicts", () => {
  assert.equal(parityVerdict(agreement), "bits");
  assert.equal(parityVerdict({ ...agreement, bit_equal: false, max_abs_difference: 1e-8 }), "ok");
  assert.equal(
    parityVerdict({ ...agreement, bit_equal: false, max_abs_difference: 1, ok: false }),
    "off",
  );
  assert.equal(
    parityVerdict({ ...agreement, bit_equal: false, max_abs_difference: null, ok: false }),
    "nonfinite",
  );
});

test("layers have lines of their own in a stack, and where the server compares them", () => {
  const { parity } = traceOf();
  const lines = [0, 1].map((layer) => ({ ...agreement, layer }));
  assert.deepEqual(layersOf(parity), []);
  assert.deepEqual(layersOf({ ...parity, layers: lines.slice(0, 1) }), []);
  assert.deepEqual(layersOf({ ...parity, layers: lines }), lines);
});

test("masks act in training, with dropout, between layers", () => {
  const { request } = traceOf({ num_layers: 2, dropout: 0.5 });
  assert.equal(isMasked(request), false);
  assert.equal(isMasked({ ...request, training: true }), true);
  assert.equal(
    isMasked({ ...request, training: true, config: { ...request.config, num_layers: 1 } }),
    false,
  );
});
