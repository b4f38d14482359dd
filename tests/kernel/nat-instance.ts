import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { natUserData } from "../../components/network/vpc/nat-user-data.js";
import { planSubnets } from "../../components/network/vpc/subnet-plan.js";
import { makeNamespaces, probe, removeNamespaces, run } from "./namespaces.js";
import type { Plan } from "./plan.js";

// The user data of the NAT instance, run as the component makes it, in a namespace that has the instance's interface.
// It asks nothing of AWS, neither metadata nor an API. Stand-ins replace what only Amazon Linux has, `dnf`;
// what would change the machine (`systemctl`, `swapon` and what makes the swap file); and `sleep`, which would only wait.

const ZONES = planSubnets("10.20.0.0/16", 8, ["eu-west-1a", "eu-west-1b"]).zones;
const CLIENT = "10.20.0.10";
/** In the private subnet of the other zone, which the first zone's instance serves too. */
const OTHER_CLIENT = "10.20.32.10";
/** In no private subnet. */
const STRANGER = "10.20.24.10";
const NAT = "10.20.16.10";
/** Outside the VPC. The internet gateway, which gives the instance's packets their public address, is left out. */
const SERVER = "198.51.100.7";
const PORT = 8080;
/** In milliseconds. */
const PATIENCE = 700;

/** What was tried, and whether it came out. */
export interface Check {
  readonly title: string;
  readonly passed: boolean;
}

/** The part of the user data that cloud-init runs. */
export function scriptIn(userData: string): string {
  const [, boundary = ""] = /boundary="([^"]+)"/.exec(userData) ?? [];
  const part = userData
    .split(`--${boundary}`)
    .find((each) => each.includes("Content-Type: text/x-shellscript"));
  const at = part?.indexOf("#!") ?? -1;
  if (part === undefined || at < 0) throw new Error("the user data has no script");
  return part.slice(at);
}

/** Sends packets through a NAT instance. The process has to be in namespaces of its own. */
export async function checkNatInstance(): Promise<readonly Check[]> {
  const network = topology();
  const folder = mkdtempSync(join(tmpdir(), "nat-instance-"));
  const script = join(folder, "user-data.sh");
  const clients = ZONES.map(({ privateCidrBlock }) => ({ cidrBlock: privateCidrBlock }));
  writeFileSync(script, scriptIn(natUserData(clients)));
  await makeNamespaces(network);
  const servers: ChildProcess[] = [];
  try {
    for (const [namespace, port] of [
      ["server", PORT],
      ["nat", 22],
    ] as const)
      servers.push(await serve(namespace, port));
    return await checks((nftables) => boot(folder, script, nftables));
  } finally {
    for (const server of servers) server.kill();
    await removeNamespaces(network);
    rmSync(folder, { recursive: true });
  }
}

async function checks(start: (nftables: Nftables) => Promise<Start>): Promise<Check[]> {
  const found: Check[] = [];
  const check = async (title: string, outcome: () => Promise<boolean>) => {
    found.push({ title: `NAT instance: ${title}`, passed: await outcome() });
  };
  const isClosed = (from: string, address: string, port: number) => async () =>
    (await probe(nameOf(from), [{ address, port }], PATIENCE))[0] === false;
  const isTranslated = (client: string) => async () => {
    const connection = await connectFrom(client);
    connection.end();
    return connection.seenAs === NAT;
  };
  const starts = (nftables: Nftables) => async () => {
    const { code, hasStopped } = await start(nftables);
    return code === 0 && !hasStopped;
  };

  await check("forwards nothing before its script has run", isClosed("client", SERVER, PORT));
  await check("stops if nftables cannot be installed", async () => {
    const { code, hasStopped } = await start("not to be had");
    return code !== 0 && hasStopped;
  });
  await check("forwards nothing after that", isClosed("client", SERVER, PORT));
  await check("installs nftables where it is missing", starts("to install"));
  await check("sends with its own address, and brings back the answer", isTranslated("client"));
  await check("serves the private subnet of another zone", isTranslated("other"));
  await check("forwards nothing of a host in no private subnet", isClosed("stranger", SERVER, PORT));
  await check("is closed to the outside", isClosed("server", NAT, 22));
  await check("is closed to its clients", isClosed("client", NAT, 22));
  await check("lets no connection in to a client", isClosed("server", CLIENT, PORT));
  await check("lets no client reach another", isClosed("client", OTHER_CLIENT, PORT));

  const open = await connectFrom("client");
  await check("runs its script again at the next start", starts("there"));
  await check("keeps an open connection when the script runs again", async () => {
    const answer = await open.ask("still there?");
    open.end();
    return answer === "still there?";
  });
  await check("forwards as before after that", isTranslated("client"));
  await check("is closed to the outside as before", isClosed("server", NAT, 22));
  return found;
}

/** A VPC's router, on it the clients, a stranger and the instance, and a server outside. */
function topology(): Network {
  const hosts = [
    { name: "nat", address: NAT, prefix: 22 },
    { name: "client", address: CLIENT, prefix: 20 },
    { name: "other", address: OTHER_CLIENT, prefix: 20 },
    { name: "stranger", address: STRANGER, prefix: 24 },
    { name: "server", address: SERVER, prefix: 24 },
  ];
  const cables = hosts.flatMap(({ name, address, prefix }) => {
    const gateway = address.replace(/\d+$/, "1");
    return [
      `ip netns add ${nameOf(name)}`,
      `ip link add ${name} netns ${nameOf("router")} type veth peer name eth0 netns ${nameOf(name)}`,
      `ip -n ${nameOf("router")} addr add ${gateway}/${prefix} dev ${name}`,
      `ip -n ${nameOf("router")} link set ${name} up`,
      `ip -n ${nameOf(name)} link set lo up`,
      `ip -n ${nameOf(name)} addr add ${address}/${prefix} dev eth0`,
      `ip -n ${nameOf(name)} link set eth0 up`,
      `ip -n ${nameOf(name)} route add default via ${gateway}`,
    ];
  });
  const routed = (name: string, table: number, destination: string) => [
    `ip -n ${nameOf("router")} route add ${destination} via ${NAT} dev nat table ${table}`,
    `ip -n ${nameOf("router")} rule add iif ${name} table ${table}`,
  ];
  return {
    namespaces: ["router", ...hosts.map(({ name }) => name)].map(nameOf),
    script: [
      "set -e",
      `ip netns add ${nameOf("router")}`,
      ...cables,
      `nsenter --net=/run/netns/${nameOf("router")} sysctl --quiet --write net.ipv4.ip_forward=1`,
      ...["client", "other", "stranger"].flatMap((name, i) => routed(name, 100 + i, "default")),
      // A way in to a client, which AWS does not have: what comes by it ends at the instance.
      ...routed("server", 110, CLIENT),
    ].join("\n"),
  };
}

type Network = Pick<Plan, "namespaces" | "script">;

const nameOf = (name: string): string => `nat-${name}`;

const inside = (namespace: string, ...command: readonly string[]): string[] => [
  `--net=/run/netns/${nameOf(namespace)}`,
  ...command,
];

/** Whether the instance has nftables when its script starts. */
type Nftables = "there" | "to install" | "not to be had";

/** How the script ended, and whether it stopped the instance. */
interface Start {
  readonly code: number;
  readonly hasStopped: boolean;
}

/** Programs of the machine that the script calls. */
const PROGRAMS = ["awk", "ip", "nft", "sysctl", "cat"];

/** Starts the instance: runs the script as cloud-init does. */
async function boot(folder: string, script: string, nftables: Nftables): Promise<Start> {
  const path = mkdtempSync(join(folder, "path-"));
  const stopped = join(path, "has-stopped");
  for (const name of PROGRAMS) {
    if (name !== "nft" || nftables === "there") symlinkSync(await pathOf(name), join(path, name));
  }
  // As on an instance of 0.5 GB, dnf works only with more memory than that.
  const swap = join(path, "has-swap");
  for (const name of ["dd", "chmod", "mkswap"]) standIn(path, name, "exit 0");
  standIn(path, "swapon", `echo yes > ${swap}`);
  const installs = `[ -e ${swap} ] && /bin/ln -s ${await pathOf("nft")} ${join(path, "nft")}`;
  standIn(path, "dnf", nftables === "to install" ? installs : "exit 1");
  standIn(path, "systemctl", `if [ "$*" = poweroff ]; then echo yes > ${stopped}; fi`);
  standIn(path, "sleep", "exit 0");
  const child = spawn("nsenter", inside("nat", "/usr/bin/env", "-i", `PATH=${path}`, "/bin/bash", script), {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject).on("close", (ended) => resolve(ended ?? 1));
  });
  if (code !== 0 && nftables !== "not to be had") console.log(errors.trim());
  return { code, hasStopped: existsSync(stopped) };
}

function standIn(path: string, name: string, command: string): void {
  const file = join(path, name);
  writeFileSync(file, `#!/bin/sh\n${command}\n`);
  chmodSync(file, 0o755);
}

async function pathOf(name: string): Promise<string> {
  return (await run("sh", ["-c", `command -v ${name}`], "")).trim();
}

/** A server that tells each caller the caller's address, and then echoes. */
async function serve(namespace: string, port: number): Promise<ChildProcess> {
  const code = `require("node:net")
    .createServer((socket) => {
      socket.on("error", () => {}).write(socket.remoteAddress + "\\n");
      socket.pipe(socket);
    })
    .listen(${port}, "0.0.0.0", () => console.log("ready"));`;
  const child = spawn("nsenter", inside(namespace, process.execPath, "-e", code), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve, reject) => child.on("error", reject).stdout.once("data", resolve));
  return child;
}

interface Connection {
  /** The address that the server sees; empty without a connection. */
  readonly seenAs: string;
  /** Sends a line, and returns the answer; empty without one. */
  readonly ask: (line: string) => Promise<string>;
  readonly end: () => void;
}

/** Opens a connection from a client to the server. */
async function connectFrom(client: string): Promise<Connection> {
  const code = `const socket = require("node:net").connect(${PORT}, "${SERVER}");
    socket.on("error", () => process.exit(0)).on("close", () => process.exit(0));
    socket.pipe(process.stdout);
    process.stdin.pipe(socket);`;
  const child = spawn("nsenter", inside(client, process.execPath, "-e", code), {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdout.setEncoding("utf8");
  const line = () =>
    new Promise<string>((resolve) => {
      const timer = setTimeout(() => resolve(""), 5 * PATIENCE);
      child.stdout.once("data", (text: string) => {
        clearTimeout(timer);
        resolve(text.trim());
      });
    });
  const seenAs = await line();
  return {
    seenAs,
    ask: (text) => {
      const answer = line();
      child.stdin.write(`${text}\n`);
      return answer;
    },
    end: () => void child.kill(),
  };
}
