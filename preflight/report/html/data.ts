import type { Report } from "../model.js";

/** JSON that the page embeds for its script. */
export interface PageData {
  readonly reports: readonly Report[];
  readonly compareTo?: readonly Report[];
}
