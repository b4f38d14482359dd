import { writeFileSync } from "node:fs";
import { publishedSchema } from "../preflight/report/model.js";

// Rewrites the published schema after a change of preflight/report/model.ts. A test checks that both agree.
const path = new URL("../preflight/report.schema.json", import.meta.url);
writeFileSync(path, `${JSON.stringify(publishedSchema(), null, 2)}\n`);
