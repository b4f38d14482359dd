import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Debian's Chromium, or what the variable CHROMIUM names; undefined when there is none. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM } = process.env;
  return (CHROMIUM === undefined ? CANDIDATES : [CHROMIUM]).find((path) => existsSync(path));
}

export function launch(executablePath: string) {
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
