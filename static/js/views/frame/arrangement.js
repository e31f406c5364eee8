/** On a phone the panels stack, and the cell belongs right below the network: in the document, too, so that the order of
 * focus stays the order of reading. */

import { find } from "../../base/dom.js";

const STACKED = "(max-width: 859px)";

export function createArrangement() {
  const side = find("#side");
  const stacked = matchMedia(STACKED);
  const arrange = () => {
    if (stacked.matches) find("#network").after(side);
    else find("#bench").append(side);
  };
  stacked.addEventListener("change", arrange);
  arrange();
}
