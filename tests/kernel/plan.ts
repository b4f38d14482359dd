/** What is to be made in the kernel: namespaces, the links between them, addresses, routes and packet filters. */
export class Plan {
  readonly #namespaces = new Map<string, { readonly commands: string[]; readonly rules: string[] }>();
  readonly #links: string[] = [];
  readonly #label: string;
  #linkCount = 0;

  /** @param label what the names of its namespaces begin with, to tell them from those of another plan */
  constructor(label: string) {
    this.#label = label;
  }

  /** The name of a namespace on the machine. */
  nameOf(namespace: string): string {
    return `${this.#label}-${namespace}`;
  }

  /** The lines for `ip -batch`, in the namespace; those that begin with `-6 ` are for IPv6. */
  ip(namespace: string, ...commands: readonly string[]): void {
    this.#in(namespace).commands.push(...commands);
  }

  /** Text for `nft -f`, in the namespace. */
  nft(namespace: string, text: string): void {
    this.#in(namespace).rules.push(text);
  }

  #in(namespace: string) {
    const found = this.#namespaces.get(namespace) ?? { commands: [], rules: [] };
    this.#namespaces.set(namespace, found);
    return found;
  }

  /**
   * A cable between two namespaces. The names of its ends are devices; each end can be routed to by the addresses
   * that are returned.
   */
  link(
    [upper, upperDevice]: readonly [namespace: string, device: string],
    [lower, lowerDevice]: readonly [namespace: string, device: string],
  ): { readonly toUpper: Gateway; readonly toLower: Gateway } {
    const n = ++this.#linkCount;
    const [second, third] = [Math.floor(n / 250), n % 250];
    const base = `169.254.${second * 2 + 1}`;
    const [upper4, lower4] = [`${base}.${third}`, `169.254.${second * 2 + 2}.${third}`];
    this.#links.push(
      `link add ${upperDevice} netns ${this.nameOf(upper)} type veth peer name ${lowerDevice} netns ${this.nameOf(lower)}`,
    );
    for (const [namespace, device, v4, v6] of [
      [upper, upperDevice, upper4, "fe80::1"],
      [lower, lowerDevice, lower4, "fe80::2"],
    ] as const) {
      this.ip(
        namespace,
        `addr add ${v4}/32 dev ${device}`,
        `addr add ${v6}/64 dev ${device} nodad`,
        `link set ${device} up`,
      );
    }
    return {
      toUpper: { 4: `via ${upper4} dev ${lowerDevice} onlink`, 6: `via fe80::1 dev ${lowerDevice}` },
      toLower: { 4: `via ${lower4} dev ${upperDevice} onlink`, 6: `via fe80::2 dev ${upperDevice}` },
    };
  }

  get namespaces(): readonly string[] {
    return [...this.#namespaces.keys()].map((namespace) => this.nameOf(namespace));
  }

  /** A shell script that makes everything. It needs the right to make namespaces. */
  get script(): string {
    const names = this.namespaces;
    const batch = (lines: readonly string[], options = "") =>
      lines.length === 0 ? [] : [`ip ${options} -batch - <<'BATCH'`, ...lines, "BATCH"];
    const lines = ["set -e", ...batch([...names.map((name) => `netns add ${name}`), ...this.#links])];
    for (const [name, { commands, rules }] of this.#namespaces) {
      lines.push(
        `nsenter --net=/run/netns/${this.nameOf(name)} sh -e <<'NAMESPACE' & jobs="$jobs $!"`,
        ...SETTINGS,
        ...batch(["link set lo up", ...commands.filter((command) => !command.startsWith(IPV6))]),
        ...batch(
          commands.flatMap((command) => (command.startsWith(IPV6) ? command.slice(IPV6.length) : [])),
          IPV6,
        ),
        ...(rules.length === 0 ? [] : ["nft -f - <<'RULES'", ...rules, "RULES"]),
        "NAMESPACE",
      );
    }
    // `wait` without a job's id forgets whether it failed.
    return [...lines, "for job in $jobs; do wait $job; done", ""].join("\n");
  }
}

const IPV6 = "-6 ";

/** How to route to the other end of a link, by family. */
export interface Gateway {
  readonly 4: string;
  readonly 6: string;
}

/** Forwards, answers at once, and takes packets from any side. */
const SETTINGS = [
  "cd /proc/sys/net",
  "for each in all default; do echo 0 > ipv6/conf/$each/accept_dad; echo 0 > ipv4/conf/$each/rp_filter;" +
    " echo 0 > ipv4/conf/$each/send_redirects; done",
  "echo 1 > ipv4/ip_forward; echo 1 > ipv6/conf/all/forwarding",
];
