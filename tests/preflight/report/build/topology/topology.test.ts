import { expect } from "chai";
import { graphFromResources, type SourceResource } from "../../../../../preflight/graph/index.js";
import { topologyOf } from "../../../../../preflight/report/build/topology/index.js";
import type { Topology, TopologyNode } from "../../../../../preflight/report/model.js";
import { synthesisOf } from "../../../../support/stacks.js";
import { resourcesOf } from "../../html/support.js";

describe("topologyOf", () => {
  let prod: Topology;
  let dev: Topology;
  before(async () => {
    prod = topologyOf(graphFromResources(await resourcesOf("prod")));
    dev = topologyOf(graphFromResources(await resourcesOf("dev")));
  });

  it("draws prod's VPC with two zones, each with a public and a private subnet", () => {
    const [vpc] = ofKind(prod, "vpc");
    expect(vpc?.detail).to.equal("10.20.0.0/16");
    const zones = prod.nodes.filter(({ parent }) => parent === vpc?.id).filter(({ kind }) => kind === "zone");
    expect(zones.map(({ label }) => label)).to.have.members(["eu-west-1a", "eu-west-1b"]);
    for (const zone of zones) {
      const subnets = prod.nodes.filter(({ parent }) => parent === zone.id);
      expect(subnets.map(({ tier }) => tier)).to.have.members(["public", "private"]);
      for (const { detail } of subnets) expect(detail).to.match(/^10\.20\.\d+\.0\/2\d$/);
    }
  });

  it("draws each NAT gateway in a public subnet, with a line from its own zone's private subnet", () => {
    const gateways = ofKind(prod, "nat-gateway");
    expect(gateways).to.have.length(2);
    for (const nat of gateways) {
      const home = parentOf(prod, nat);
      expect(home?.tier).to.equal("public");
      const routed = prod.edges.filter(({ to }) => to === nat.id).map(({ from }) => byId(prod, from));
      expect(routed.map((subnet) => subnet?.tier)).to.deep.equal(["private"]);
      expect(routed[0]?.parent).to.equal(home?.parent);
    }
  });

  it("draws a NAT instance once, in its public subnet, with lines from the private subnets and to the internet gateway", async () => {
    const settings = { vpc: { cidrBlock: "10.20.0.0/16", nat: "instance" } };
    const topology = topologyOf(graphFromResources((await synthesisOf("prod", settings)).resources));
    const [nat, ...others] = ofKind(topology, "nat-gateway");
    expect(others).to.deep.equal([]);
    expect(nat).to.include({ label: "vpc-nat-instance-a", detail: "NAT instance" });
    const home = nat && parentOf(topology, nat);
    expect(home?.label).to.equal("vpc-public-a");
    const routed = topology.edges.filter(({ to }) => to === nat?.id).map(({ from }) => byId(topology, from));
    expect(routed.map((subnet) => subnet?.label)).to.have.members(["vpc-private-a", "vpc-private-b"]);
    expect(topology.nodes.filter(({ label }) => label === "vpc-nat-instance-a")).to.have.length(1);
  });

  it("draws a node for each network interface of an endpoint or a function, with the URN of its owner", () => {
    for (const [kind, name] of [
      ["interface-endpoint", "ssm-endpoint"],
      ["interface-endpoint", "execute-api-endpoint"],
      ["function", "fetcher-function"],
    ] as const) {
      const all = ofKind(prod, kind).filter(({ label, id }) => label === name && /^urn:.*#urn:/.test(id));
      expect(
        all.map((node) => parentOf(prod, node)?.label),
        name,
      ).to.have.members(["vpc-private-a", "vpc-private-b"]);
      expect(new Set(all.map(({ id }) => id.split("#")[0])).size).to.equal(1);
    }
  });

  it("draws lines from the endpoints to the services and the API behind them", () => {
    expect(linesInto(prod, "dynamodb")).to.deep.equal(["dynamodb-endpoint"]);
    expect(linesInto(prod, "ssm")).to.deep.equal(["ssm-endpoint", "ssm-endpoint"]);
    expect(linesInto(prod, "api")).to.deep.equal(["execute-api-endpoint", "execute-api-endpoint"]);
    expect(linesInto(prod, "dynamodb-endpoint")).to.have.members(["vpc-private-a", "vpc-private-b"]);
    expect(linesInto(prod, "internet")).to.deep.equal(["vpc-igw"]);
  });

  it("draws a line from the internet to a public API, but none to a private API", () => {
    expect(linesInto(prod, "api")).not.to.include("internet");
    expect(linesInto(dev, "api")).to.deep.equal(["internet"]);
  });

  it("draws dev outside any VPC: API, function, service", () => {
    expect(ofKind(dev, "vpc")).to.deep.equal([]);
    expect(linesInto(dev, "fetcher-function")).to.deep.equal(["api"]);
    expect(linesInto(dev, "ssm")).to.deep.equal(["fetcher-function"]);
  });

  it("draws only lines between drawn nodes, and only nodes whose parent is drawn", () => {
    for (const { nodes, edges } of [prod, dev]) {
      const ids = new Set(nodes.map(({ id }) => id));
      expect(ids.size).to.equal(nodes.length);
      for (const { from, to } of edges) expect(ids.has(from) && ids.has(to), `${from} ${to}`).to.equal(true);
      for (const { parent } of nodes)
        if (parent !== undefined) expect(ids.has(parent), parent).to.equal(true);
    }
  });

  it("draws a subnet of another stack's VPC inside that VPC", () => {
    const subnet = resource("aws:ec2/subnet:Subnet", "lone", {
      vpcId: "vpc-0abc",
      availabilityZone: "eu-west-1a",
    });
    const topology = topologyOf(graphFromResources([subnet]));
    const [vpc] = ofKind(topology, "vpc");
    expect(vpc).to.include({ id: "vpc-0abc", detail: "outside this stack" });
    expect(ofKind(topology, "zone")[0]?.parent).to.equal("vpc-0abc");
  });

  it("draws a regional NAT gateway in the VPC itself", () => {
    const vpc = resource("aws:ec2/vpc:Vpc", "net", { cidrBlock: "10.0.0.0/16" });
    const nat = resource("aws:ec2/natGateway:NatGateway", "nat", {
      vpcId: vpc.id,
      availabilityMode: "regional",
    });
    const igw = resource("aws:ec2/internetGateway:InternetGateway", "igw", { vpcId: vpc.id });
    const topology = topologyOf(graphFromResources([vpc, nat, igw]));
    expect(ofKind(topology, "nat-gateway")[0]).to.include({
      parent: vpc.urn,
      detail: "regional NAT gateway",
    });
    expect(linesInto(topology, "igw")).to.deep.equal(["nat"]);
  });
});

function resource(type: string, name: string, properties: Record<string, unknown>): SourceResource {
  return { urn: `urn:pulumi:s::p::${type}::${name}`, type, name, id: `${name}-0123`, properties };
}

function ofKind({ nodes }: Topology, kind: TopologyNode["kind"]): TopologyNode[] {
  return nodes.filter((node) => node.kind === kind);
}

function byId({ nodes }: Topology, id: string | undefined): TopologyNode | undefined {
  return nodes.find((node) => node.id === id);
}

function parentOf(topology: Topology, { parent }: TopologyNode): TopologyNode | undefined {
  return byId(topology, parent);
}

/** Labels of the nodes with a line to a label. A function's interfaces have a line to themselves, which is left out. */
function linesInto(topology: Topology, label: string): string[] {
  return topology.edges
    .filter(({ to }) => byId(topology, to)?.label === label)
    .flatMap(({ from }) => byId(topology, from)?.label ?? []);
}
