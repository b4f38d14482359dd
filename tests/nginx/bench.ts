import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { median } from "../../tools/bench/median.js";
import { makeCertificates } from "./lab/certificates.js";
import { nginxVersion, startNginx } from "./lab/nginx.js";

const REGION = "eu-west-1";
const SECONDS = 3;
const ROUNDS = 5;
const CONNECTIONS = 16;

interface Load {
  readonly p50: number;
  readonly p99: number;
  /** Requests a second. */
  readonly rate: number;
}

/**
 * Part of `npm run bench`: what NGINX adds to a call: the same upstream, over TLS with kept connections, called by a load tool directly and
 * through NGINX in turns.
 */
async function frontDoor(): Promise<void> {
  console.log("\nThe front door's NGINX (kind: proxy) in front of an upstream over TLS\n");
  const version = nginxVersion();
  const missing = version === undefined ? "NGINX" : hasWrk() ? undefined : "wrk";
  if (missing !== undefined) {
    console.log(`  SKIPPED: ${missing} is not installed (apt-get install nginx-light wrk)`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "bench-nginx-"));
  const certificates = makeCertificates(folder, REGION);
  const { key, cert } = certificates.trusted;
  const body = JSON.stringify({ messages: { greeting: "hello" } });
  const upstream = createServer({ key, cert, keepAliveTimeout: 60_000 }, (_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(body);
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const address = upstream.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const nginx = await startNginx({
    routes: [
      {
        path: "/messages",
        host: `a1b2c3d4e5.execute-api.${REGION}.amazonaws.com`,
        stage: "v1",
        stripPrefix: false,
      },
    ],
    upstream: { address: "127.0.0.1", port: address.port },
    loadBalancerBlocks: ["127.0.0.0/8"],
    trustedCertificates: certificates.authority,
  });
  try {
    const direct: Load[] = [];
    const proxied: Load[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      direct.push(await load(`https://127.0.0.1:${address.port}/v1/messages`));
      proxied.push(await load(`http://127.0.0.1:${nginx.port}/messages`));
    }
    print(
      `NGINX ${version}, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s in turns`,
      direct,
      proxied,
    );
  } finally {
    await nginx.stop();
    upstream.closeAllConnections();
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function hasWrk(): boolean {
  return spawnSync("wrk", ["--version"]).error === undefined;
}

/** Calls a URL for some seconds. The upstream is in this process, so the load tool runs beside it. */
async function load(url: string): Promise<Load> {
  const args = ["-t", "1", "-c", String(CONNECTIONS), "-d", `${SECONDS}s`, "--latency", url];
  const { stdout } = await promisify(execFile)("wrk", args);
  if (/Non-2xx/.test(stdout)) throw new Error(`${url} answers with errors: ${stdout}`);
  return {
    p50: milliseconds(stdout, "50%"),
    p99: milliseconds(stdout, "99%"),
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
  };
}

/** A row of wrk's latency distribution: `99%    3.21ms`. */
function milliseconds(stdout: string, row: string): number {
  const [, value, unit] = new RegExp(`${row}\\s+([\\d.]+)(us|ms|s)`).exec(stdout) ?? [];
  if (value === undefined) throw new Error(`wrk printed no ${row}: ${stdout}`);
  return Number(value) * (unit === "us" ? 0.001 : unit === "s" ? 1000 : 1);
}

function print(conditions: string, direct: readonly Load[], proxied: readonly Load[]): void {
  console.log(`  ${conditions}; medians`);
  console.log("              p50 ms   p99 ms   requests/s");
  const row = (name: string, loads: readonly Load[]) => {
    const of = (key: keyof Load) => median(loads.map((one) => one[key]));
    console.log(
      `  ${name.padEnd(9)} ${of("p50").toFixed(2).padStart(8)} ${of("p99").toFixed(2).padStart(8)} ${of("rate").toFixed(0).padStart(12)}`,
    );
  };
  row("directly", direct);
  row("by NGINX", proxied);
  const ratio = (key: keyof Load) =>
    median(proxied.map((one, i) => one[key] / (direct[i]?.[key] ?? Number.NaN))).toFixed(2);
  console.log(`  ratio, pair by pair: p50 ${ratio("p50")}, p99 ${ratio("p99")}, requests/s ${ratio("rate")}`);
}

await frontDoor();
