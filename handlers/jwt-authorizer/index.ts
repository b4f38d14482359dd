import { makeHandler } from "./handler.js";
import { issuerKeys } from "./keys.js";
import { readSettings } from "./settings.js";

const settings = readSettings(process.env);

// Outside the handler, so that invocations share the issuer's keys.
export const handler = makeHandler(settings, issuerKeys(settings));
