import { writeFileSync } from "node:fs";
import { publishedSchema } from "../preflight/report/schema.js";

// Writes the published schema anew after a change of preflight/report/schema.ts; a test holds the two together.
const path = new URL("../preflight/report.schema.json", import.meta.url);
writeFileSync(path, `${JSON.stringify(publishedSchema(), null, 2)}\n`);
