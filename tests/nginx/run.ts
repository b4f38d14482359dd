/**
 * `npm run test:nginx`: a real NGINX with the front door's configuration, and what stands in for the execute-api
 * endpoint behind it. NGINX_BINARY names another NGINX than Debian's. Ends with the line "N passed, N failed".
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Mocha from "mocha";
import { nginxVersion } from "./lab/nginx.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const version = nginxVersion();
if (version === undefined) {
  console.log(
    "SKIPPED: there is no NGINX. Debian: apt-get install nginx-light. Or set NGINX_BINARY to its path.",
  );
  console.log("0 passed, 0 failed");
  process.exit(0);
}
console.log(`NGINX ${version}`);
const mocha = new Mocha({ timeout: 120_000, reporter: "spec" });
const files = readdirSync(here).filter((file) => file.endsWith(".test.ts"));
for (const file of files.sort()) mocha.addFile(`${here}${file}`);
await mocha.loadFilesAsync();
const runner = mocha.run((failures) => {
  console.log(`${runner.stats?.passes ?? 0} passed, ${failures} failed`);
  process.exit(failures > 0 ? 1 : 0);
});
