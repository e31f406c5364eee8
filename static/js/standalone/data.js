/**
 * What a page in one file holds: a reply of the API, and what the server would be asked for while the page is used.
 *
 * @typedef {import("../types.js").WireTensor} WireTensor
 * @typedef {{layer: number, direction: import("../types.js").Direction, h_0: WireTensor, c_0: WireTensor, z_x: WireTensor, z_h: WireTensor,
 *            z: WireTensor, tanh_c: WireTensor, units: import("../model/unit-order.js").Units[]}} CellNumbers
 *   h_0, c_0: (N, size); z_x, z_h, z: (T, N, 4H) in torch's order of gates; tanh_c: (T, N, H); units: one a sample
 * @typedef {{trace: any, cells: CellNumbers[], preset: any, edited: boolean, view: string}} Data
 *   preset: the one that the run is, or began as; view: the part of an address that says where to look
 */

/** @type {Data} */
export const data = JSON.parse(document.getElementById("lens-data")?.textContent ?? "{}");
