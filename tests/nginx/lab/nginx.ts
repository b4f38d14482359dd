import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  type NginxArgs,
  nginxConfiguration,
} from "../../../components/front-door/proxy/nginx-configuration.js";

/** NGINX as Debian's package installs it, or another by its path. */
const NGINX = process.env.NGINX_BINARY ?? "/usr/sbin/nginx";

/** Version such as `1.22.1`; undefined if there is no NGINX. */
export function nginxVersion(): string | undefined {
  try {
    // NGINX writes its version to stderr.
    const printed = execFileSync("sh", ["-c", `"${NGINX}" -v 2>&1`], { encoding: "utf8" });
    return /nginx\/([\d.]+)/.exec(printed)?.[1];
  } catch {
    return undefined;
  }
}

export interface RunningNginx {
  readonly port: number;
  readonly healthPort: number;
  /** Each request's entry in the access log, without those that are not written yet. */
  log(): readonly Readonly<Record<string, string>>[];
  /** What NGINX printed: the error log. */
  printed(): string;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Runs a real NGINX with the configuration for these arguments, on ports that are free. */
export function startNginx(
  args: Omit<NginxArgs, "port" | "healthPort" | "directory" | "accessLog">,
  edit = (text: string) => text,
): Promise<RunningNginx> {
  return run((at) => edit(nginxConfiguration({ ...args, ...at })));
}

interface Local {
  readonly upstreamPort: number;
  readonly trustedCertificates: string;
}

/** Runs a real NGINX with a stack's own configuration. Only names and ports are those of this machine. */
export function startNginxAs(
  configuration: string,
  { upstreamPort, trustedCertificates }: Local,
): Promise<RunningNginx> {
  return run(({ port, healthPort, directory, accessLog }) =>
    configuration
      .replaceAll(/^ *resolver.*\n/gm, "")
      .replaceAll(/server vpce-[\w.-]+:443 resolve/g, `server 127.0.0.1:${upstreamPort}`)
      .replace("listen 8080 ", `listen ${port} `)
      .replace("listen 8081;", `listen ${healthPort};`)
      .replaceAll(" /tmp/", ` ${directory}/`)
      .replaceAll("/etc/ssl/certs/ca-certificates.crt", trustedCertificates)
      .replace("/dev/stdout", accessLog),
  );
}

type At = Required<Pick<NginxArgs, "port" | "healthPort" | "directory" | "accessLog">>;

async function run(configurationAt: (at: At) => string): Promise<RunningNginx> {
  const folder = mkdtempSync(join(tmpdir(), "nginx-"));
  const directory = join(folder, "tmp");
  mkdirSync(directory);
  const [port, healthPort] = [await freePort(), await freePort()];
  const accessLog = join(folder, "access.log");
  const file = join(folder, "nginx.conf");
  writeFileSync(file, configurationAt({ port, healthPort, directory, accessLog }));
  const child = spawn(NGINX, ["-e", "stderr", "-c", file, "-g", "daemon off;"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    printed += piece;
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const isUp = await Promise.race([ended.then(() => false), accepts(port)]);
  if (!isUp) throw new Error(`NGINX did not start: ${printed}`);
  return {
    port,
    healthPort,
    log: () =>
      readFileSync(accessLog, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
    printed: () => printed,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function accepts(port: number): Promise<boolean> {
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (isOpen) return true;
    await wait(50);
  }
}
