import type { Report } from "../model.js";

/** What the page carries for its script, as JSON. */
export interface PageData {
  readonly reports: readonly Report[];
  readonly compareTo?: Report;
}
