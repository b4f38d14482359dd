// Reads load balancers from Elastic Load Balancing's own API, which answers XML.
import { first, send, text, unescapeXml } from "./aws.js";

async function describe(what: string, input: Readonly<Record<string, string>> = {}): Promise<string> {
  const body = new URLSearchParams({ Action: `Describe${what}`, Version: "2015-12-01", ...input });
  return text("elasticloadbalancing", await send("elasticloadbalancing", "/", { method: "POST", body }));
}

/** The texts between each pair of tags of a name. */
const all = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, "gs"))].map(([, value = ""]) => unescapeXml(value));

export interface LoadBalancer {
  readonly arn: string;
  readonly scheme: string | undefined;
  readonly subnetIds: readonly string[];
}

/** Returns the load balancer with a DNS name. */
export async function loadBalancer(dnsName: string): Promise<LoadBalancer> {
  const xml = await describe("LoadBalancers");
  for (const [, arn = ""] of xml.matchAll(/<LoadBalancerArn>(.*?)<\/LoadBalancerArn>/g)) {
    const own = await describe("LoadBalancers", { "LoadBalancerArns.member.1": arn });
    if (first(own, "DNSName") !== dnsName) continue;
    return { arn, scheme: first(own, "Scheme"), subnetIds: all(own, "SubnetId") };
  }
  throw new Error(`no load balancer is called ${dnsName}`);
}

/** Returns a load balancer's listeners: `443 HTTPS fixed-response`. */
export async function listeners(arn: string): Promise<{ readonly arn: string; readonly what: string }[]> {
  const xml = await describe("Listeners", { LoadBalancerArn: arn });
  return Promise.all(
    all(xml, "ListenerArn").map(async (listenerArn) => {
      const own = await describe("Listeners", { "ListenerArns.member.1": listenerArn });
      const what = ["Port", "Protocol", "Type"].map((tag) => first(own, tag)).join(" ");
      return { arn: listenerArn, what };
    }),
  );
}

export interface Rule {
  readonly priority: string | undefined;
  /** Paths and the values of headers. */
  readonly values: readonly string[];
  readonly action: string | undefined;
  readonly targetGroupArn: string | undefined;
}

/** Returns a listener's rules without the default one, by priority. */
export async function rules(listenerArn: string): Promise<Rule[]> {
  const xml = await describe("Rules", { ListenerArn: listenerArn });
  const arns = all(xml, "RuleArn");
  const found = await Promise.all(
    arns.map(async (arn): Promise<Rule> => {
      const own = await describe("Rules", { "RuleArns.member.1": arn });
      const conditions = first(own, "Conditions") ?? "";
      return {
        priority: first(own, "Priority"),
        values: all(conditions, "Values").flatMap((values) => all(values, "member")),
        action: first(first(own, "Actions") ?? "", "Type"),
        targetGroupArn: first(own, "TargetGroupArn"),
      };
    }),
  );
  return found
    .filter(({ priority }) => priority !== "default")
    .sort((a, b) => Number(a.priority) - Number(b.priority));
}

/** Returns what is registered in a target group: addresses, or a function. */
export async function targets(targetGroupArn: string): Promise<string[]> {
  const xml = await describe("TargetHealth", { TargetGroupArn: targetGroupArn });
  return all(xml, "Id").sort();
}
