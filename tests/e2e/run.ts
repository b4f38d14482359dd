/**
 * `npm run test:e2e`: opens the report in Chromium and uses it as people do. Says SKIPPED, and why, when there is no
 * Chromium; a folder's name as an argument gets screenshots.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Mocha from "mocha";
import { chromiumPath } from "./browser.js";

if (chromiumPath() === undefined) {
  console.log(
    "SKIPPED: no Chromium. Install it (apt-get install chromium), or name one in the variable CHROMIUM.",
  );
  console.log("0 passed, 0 failed");
  process.exit(0);
}

const [screenshots] = process.argv.slice(2);
if (screenshots !== undefined) {
  mkdirSync(screenshots, { recursive: true });
  process.env.SCREENSHOTS = screenshots;
}
const mocha = new Mocha({ timeout: 60_000, reporter: "spec" });
mocha.addFile(fileURLToPath(new URL("report.e2e.ts", import.meta.url)));
await mocha.loadFilesAsync();
const runner = mocha.run((failures) => {
  console.log(`${runner.stats?.passes ?? 0} passed, ${failures} failed`);
  process.exit(failures > 0 ? 1 : 0);
});
