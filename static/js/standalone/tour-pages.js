/** The pages of the tour that a page in one file can show: those of its own run, whose suggestion moves the cursor. */

import { PAGES as ALL } from "../features/tour/pages.js";
import { data } from "./data.js";

export const PAGES = ALL.filter(
  ({ preset, request, then }) =>
    preset === data.preset?.name && !data.edited && !request && "place" in then,
);
