import { expect } from "chai";
import fc from "fast-check";
import { graphFromResources, UNKNOWN } from "../../../preflight/graph/index.js";
import { parsePlace, trace } from "../../../preflight/reachability/index.js";
import { allow, type ShortType, type Stack, urnOf, vpcStack } from "./fixtures.js";

type Bag = Readonly<Record<string, unknown>>;

/** The stack with what a refresh found in a resource's outputs and the program did not write. */
function found(stack: Stack, name: string, copies: Bag) {
  const resources = stack.resources.map((each) => (each.name === name ? { ...each, found: copies } : each));
  return graphFromResources(resources);
}

function ask(graph: ReturnType<typeof found>, from: string, to: string) {
  const verdict = trace(graph, parsePlace(from, graph), parsePlace(to, graph));
  return { status: verdict.status, text: JSON.stringify(verdict) };
}

const rule = (more: Bag) => ({ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [], ...more });

describe("graphFromResources: what only a resource's outputs hold", () => {
  const spellings: readonly (readonly [what: string, written: Bag, copy: Bag])[] = [
    ["a protocol by number", { ipProtocol: "6", cidrIpv4: "10.0.0.0/8" }, { cidrBlocks: ["10.0.0.0/8"] }],
    [
      "every protocol",
      { ipProtocol: "all", cidrIpv4: "0.0.0.0/0" },
      { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] },
    ],
    [
      "an IPv6 block",
      { ipProtocol: "tcp", cidrIpv6: "2001:DB8:0::/32" },
      { ipv6CidrBlocks: ["2001:db8::/32"] },
    ],
    [
      "a group of another account",
      { ipProtocol: "tcp", referencedSecurityGroupId: "123456789012/sg-1" },
      { securityGroups: ["sg-1"] },
    ],
    [
      "the group itself",
      { ipProtocol: "tcp", referencedSecurityGroupId: "fetcher-group-id" },
      { self: true },
    ],
    ["a prefix list", { ipProtocol: "tcp", prefixListId: "pl-1" }, { prefixListIds: ["pl-1"] }],
  ];
  for (const [what, written, copy] of spellings) {
    it(`explains a rule with ${what} by the resource that writes it, and by no other`, () => {
      const stack = vpcStack().add("ingress", "own", {
        securityGroupId: "fetcher-group-id",
        fromPort: 443,
        toPort: 443,
        ...written,
      });
      const key = urnOf("group", "fetcher-group");
      const marks = (copies: readonly Bag[]) =>
        found(stack, "fetcher-group", { ingress: copies })
          .securityGroups.get(key)
          ?.ingress.filter(({ isUnexplained }) => isUnexplained)
          .map(({ protocol }) => protocol);
      expect(marks([rule(copy)])).to.deep.equal([]);
      expect(marks([rule(copy), rule({ protocol: "udp", cidrBlocks: ["10.0.0.0/8"] })])).to.deep.equal([
        "udp",
      ]);
    });
  }

  it("makes a group's rules unknown if they are a secret", () => {
    const graph = found(vpcStack().without("fetcher-out"), "fetcher-group", { egress: UNKNOWN });
    expect(ask(graph, "fetcher", "internet").status).to.equal("unknown");
  });

  const doubts: readonly (readonly [
    what: string,
    name: string,
    copies: Bag,
    from: string,
    to: string,
    says: string,
  ])[] = [
    [
      "an endpoint's further group",
      "ssm-endpoint",
      { securityGroupIds: ["sg-by-hand"] },
      "private-a",
      "ssm",
      "unexplained security group of ssm-endpoint",
    ],
    [
      "an endpoint's further subnet",
      "ssm-endpoint",
      { subnetIds: ["public-a-id"] },
      "fetcher",
      "ssm",
      "unexplained subnet of ssm-endpoint",
    ],
    [
      "an endpoint's policy",
      "ssm-endpoint",
      { policy: allow("*", "*", { Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } }) },
      "fetcher",
      "ssm",
      "the outputs of ssm-endpoint hold a policy",
    ],
  ];
  for (const [what, name, copies, from, to, says] of doubts) {
    it(`makes the verdict unknown for ${what}`, () => {
      const stack = "policy" in copies ? vpcStack().lacking(name, "policy") : vpcStack();
      const { status, text } = ask(found(stack, name, copies), from, to);
      expect(status, text).to.equal("unknown");
      expect(text).to.include(says);
    });
  }

  it("reads the policy that AWS writes for an endpoint as none", () => {
    const policy = allow("*", "*", { Principal: "*" });
    const graph = found(vpcStack().lacking("ssm-endpoint", "policy"), "ssm-endpoint", { policy });
    expect(graph.endpoints.get(urnOf("endpoint", "ssm-endpoint"))?.policy).to.equal(undefined);
    expect(ask(graph, "fetcher", "ssm").status).to.equal("reachable");
  });

  it("explains an endpoint's default group and its own subnets", () => {
    const graph = found(vpcStack(), "ssm-endpoint", { subnetIds: ["private-a-id", "private-b-id"] });
    expect(ask(graph, "fetcher", "ssm").status).to.equal("reachable");
  });

  it("doubts a subnet's network ACL if the outputs of another one list the subnet", () => {
    const stack = vpcStack().add("acl", "acl", { vpcId: "vpc-id" });
    const { status, text } = ask(
      found(stack, "acl", { subnetIds: ["private-a-id"] }),
      "private-a",
      "private-b",
    );
    expect(status).to.equal("unknown");
    expect(text).to.include("unexplained network acl of private-a");
    const own = stack.with("acl", { subnetIds: ["private-a-id"] });
    expect(ask(graphFromResources(own.resources), "private-b", "private-a").status).to.equal("blocked");
  });

  it("doubts an entry of a prefix list", () => {
    const list = (copies: Bag) => {
      const stack = vpcStack()
        .add("prefixList", "list", { addressFamily: "IPv4", entries: [{ cidr: "10.20.10.0/24" }] })
        .add("egress", "to-list", {
          securityGroupId: "fetcher-group-id",
          prefixListId: "list-id",
          ipProtocol: "tcp",
          fromPort: 5432,
          toPort: 5432,
        });
      return ask(found(stack, "list", copies), "fetcher", "198.51.100.7:5432").status;
    };
    expect(list({ entries: [{ cidr: "10.20.10.0/24" }] })).to.equal("blocked");
    expect(list({ entries: [{ cidr: "198.51.100.0/24" }] })).to.equal("unknown");
  });

  const defaults: readonly (readonly [type: ShortType, policy: Bag, doubted: boolean])[] = [
    [
      "topic",
      { Principal: { AWS: "*" }, Condition: { StringEquals: { "AWS:SourceOwner": "123456789012" } } },
      false,
    ],
    ["topic", { Principal: { AWS: "*" } }, true],
  ];
  for (const [type, more, doubted] of defaults) {
    it(`${doubted ? "doubts" : "believes"} a topic's policy ${doubted ? "that anyone may have set" : "that AWS writes"}`, () => {
      const stack = vpcStack().add(type, "news", { arn: "arn:aws:sns:eu-west-1:123456789012:news" });
      const graph = found(stack, "news", { policy: allow("SNS:Publish", "*", more) });
      const policy = graph.managedResources.get(urnOf(type, "news"))?.policy;
      expect(policy?.doubt !== undefined).to.equal(doubted);
    });
  }

  it("explains every copy of written rules, however the provider groups them, and nothing else", () => {
    const written = fc.uniqueArray(
      fc.record({
        protocol: fc.constantFrom("tcp", "6", "udp", "-1", "all", "icmp", "50"),
        port: fc.constantFrom(22, 443, 5432),
        peer: fc.constantFrom<Bag>(
          { cidrIpv4: "10.0.0.0/8" },
          { cidrIpv4: "0.0.0.0/0" },
          { cidrIpv6: "::/0" },
          { referencedSecurityGroupId: "fetcher-group-id" },
          { referencedSecurityGroupId: "endpoint-group-id" },
          { prefixListId: "pl-1" },
        ),
      }),
      { selector: (item) => JSON.stringify(item), maxLength: 6 },
    );
    fc.assert(
      fc.property(written, fc.boolean(), (rules, isChanged) => {
        const ports = ({ protocol, port }: (typeof rules)[number]) =>
          protocol === "-1" || protocol === "all" ? {} : { fromPort: port, toPort: port };
        const stack = rules.reduce(
          (before, each, i) =>
            before.add("ingress", `rule-${i}`, {
              securityGroupId: "fetcher-group-id",
              ipProtocol: each.protocol,
              ...ports(each),
              ...each.peer,
            }),
          vpcStack(),
        );
        // The provider makes one entry of the rules with the same protocol and ports.
        const entries = new Map<string, Record<string, unknown[] | unknown>>();
        for (const each of rules) {
          const { fromPort = 0, toPort = 0 } = ports(each);
          const protocol = each.protocol === "all" ? "-1" : each.protocol === "6" ? "tcp" : each.protocol;
          const key = `${protocol} ${fromPort}`;
          const entry = entries.get(key) ?? { protocol, fromPort, toPort, self: false };
          const { cidrIpv4, cidrIpv6, referencedSecurityGroupId: group, prefixListId } = each.peer;
          const append = (name: string, value: unknown) => {
            const known = entry[name];
            if (value !== undefined) entry[name] = [...(Array.isArray(known) ? known : []), value];
          };
          append("cidrBlocks", cidrIpv4);
          append("ipv6CidrBlocks", cidrIpv6);
          append("prefixListIds", prefixListId);
          if (group === "fetcher-group-id") entry.self = true;
          else append("securityGroups", group);
          entries.set(key, entry);
        }
        const byHand = rule({ fromPort: 8080, toPort: 8081, cidrBlocks: ["192.0.2.0/24"] });
        const ingress = [...entries.values(), ...(isChanged ? [byHand] : [])];
        const group = found(stack, "fetcher-group", { ingress }).securityGroups.get(
          urnOf("group", "fetcher-group"),
        );
        const marked = group?.ingress.filter(({ isUnexplained }) => isUnexplained);
        expect(marked?.map(({ fromPort }) => fromPort)).to.deep.equal(isChanged ? [8080] : []);
      }),
      { numRuns: 100 },
    );
  });
});
