import { writeFileSync } from "node:fs";
import { endpointsPage } from "../tools/docs/which-endpoint.js";

// Writes docs/which-endpoint.md anew after a change of the rules that it shows; a test holds the two together.
writeFileSync(new URL("../docs/which-endpoint.md", import.meta.url), endpointsPage());
