import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Plan } from "./plan.js";

const PROBE = fileURLToPath(new URL("probe.mjs", import.meta.url));

/** A TCP connection to open: it is answered or not. */
export interface Target {
  readonly address: string;
  readonly port: number;
  /** The address to open it from, where the namespace has several. */
  readonly from?: string;
}

/** The variable that tells a process that it already runs in namespaces of its own. */
const INSIDE = "KERNEL_TESTS_INSIDE";

/**
 * Starts this process again in mount and network namespaces of its own, so that all that it makes goes with it. Without
 * the right to do that as it is, it becomes the root of a user namespace, where the machine lets it.
 *
 * @returns why that cannot be done; undefined if this process is already inside
 */
export function enterNamespaces(): string | undefined {
  if (process.env[INSIDE] !== undefined) {
    const mounted = spawnSync("sh", ["-ec", "mount -t tmpfs none /run; mkdir -p /run/netns"], {
      encoding: "utf8",
    });
    return mounted.status === 0 ? undefined : `cannot mount /run/netns: ${mounted.stderr.trim()}`;
  }
  for (const tool of ["ip", "nft", "unshare", "nsenter"]) {
    if (spawnSync(tool, ["--version"], { env: PATH }).error !== undefined) {
      return `there is no ${tool}; install iproute2, nftables and util-linux`;
    }
  }
  const ways = [
    ["--mount", "--net"],
    ["--user", "--map-root-user", "--mount", "--net"],
  ];
  const open = ways.find(
    (way) => spawnSync("unshare", [...way, "sh", "-ec", TRIAL], { env: PATH }).status === 0,
  );
  if (open === undefined) return "there is no right to make network namespaces, not even in a user namespace";
  const again = spawnSync(
    "unshare",
    [...open, process.execPath, ...process.execArgv, ...process.argv.slice(1)],
    {
      env: { ...PATH, [INSIDE]: "1" },
      stdio: "inherit",
    },
  );
  process.exit(again.status ?? 1);
}

/** `ip` and `nft` are for administrators, whose path may not be the user's. */
const PATH = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

/** Makes what the tests make, once. */
const TRIAL = `
mount -t tmpfs none /run; mkdir -p /run/netns
ip netns add a; ip netns add b
ip link add x netns a type veth peer name y netns b
nsenter --net=/run/netns/a sh -e <<'IN'
echo 1 > /proc/sys/net/ipv4/ip_forward
nft add table inet t
nft add chain inet t c '{ type nat hook postrouting priority 100; }'
nft add rule inet t c ct state new return
IN
`;

/** Makes the namespaces of a plan. */
export async function makeNamespaces(plan: Pick<Plan, "script">): Promise<void> {
  await run("sh", [], plan.script);
}

export async function removeNamespaces(plan: Pick<Plan, "namespaces">): Promise<void> {
  await run("ip", ["-batch", "-"], plan.namespaces.map((name) => `netns del ${name}\n`).join(""));
}

/** Opens connections from a namespace, and tells of each whether it was answered within a time. */
export async function probe(
  namespace: string,
  targets: readonly Target[],
  timeout: number,
): Promise<readonly boolean[]> {
  const args = [`--net=/run/netns/${namespace}`, process.execPath, PROBE];
  const answers: unknown = JSON.parse(await run("nsenter", args, JSON.stringify({ timeout, targets })));
  if (!Array.isArray(answers) || answers.length !== targets.length)
    throw new Error(`the probe in ${namespace} did not answer for each connection`);
  return answers.map((answer) => answer === true);
}

/** Runs a command to its end, and returns what it printed. */
export function run(command: string, args: readonly string[], input: string): Promise<string> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  // A command that reads nothing may have ended before.
  child.stdin.on("error", () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}: ${errors}`));
    });
  });
}
