import { writeFileSync } from "node:fs";
import { publishedSchema } from "@lambda-networking/preflight/report";

// Writes the published schema anew after a change of preflight/report/model.ts; a test holds the two together.
const path = new URL("../../preflight/report.schema.json", import.meta.url);
writeFileSync(path, `${JSON.stringify(publishedSchema(), null, 2)}\n`);
