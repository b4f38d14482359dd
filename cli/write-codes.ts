import { writeFileSync } from "node:fs";
import { codesPage } from "../tools/docs/explanation-codes.js";

// Writes docs/codes.md anew after a change of preflight/reachability/codes.ts; a test holds the two together.
writeFileSync(new URL("../docs/codes.md", import.meta.url), codesPage());
