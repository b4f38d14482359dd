import { writeFileSync } from "node:fs";
import { codesPage } from "../preflight/reachability/codes-page.js";

// Writes docs/codes.md anew after a change of preflight/reachability/codes.ts; a test holds the two together.
writeFileSync(new URL("../docs/codes.md", import.meta.url), codesPage());
