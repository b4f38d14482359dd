import { expect } from "chai";
import { deleteVpcEndpoint, endpointAddresses, makeCertificate, send } from "./lab/aws.js";
import { listeners, loadBalancer, rules, targets } from "./lab/load-balancers.js";
import { configure, copyProgram, linkModules, type Outputs, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

/** A type whose rules the tested version of the plugin does not read. */
const UNKNOWN_THERE = ["--exclude", "**bucketLifecycleConfiguration**"];

const DIRECT = { path: "/direct", function: true };

/**
 * What the plugin's older provider does with a front door: it does not know the transforms of a listener's rule, and
 * leaves them out without a word, so Host and path stay as they came. It refuses a path that is
 * compared with a regular expression, and ends without a word when it reads back a rule that names its target group by
 * targetGroupArn alone. The emulator sends nothing to targets, and gives
 * an endpoint no interface in a subnet that is added to it later; so the endpoint is made anew, in fewer zones.
 */
describe("the front door", () => {
  const folder = copyProgram("front-door");
  let outputs: Outputs;

  const deploy = async (availabilityZones: number, ...options: string[]): Promise<void> => {
    configure(folder, "door", {
      function: KNOWN_RUNTIME,
      parameters: { path: "/door" },
      networking: "vpc",
      vpc: { cidrBlock: "10.60.0.0/16", availabilityZones },
      keepData: false,
      frontDoor: {
        domainName: "door.example.com",
        certificateArn,
        allowFrom: ["10.30.0.0/16"],
        routes: [
          { path: "/messages" },
          { path: "/pets", api: { id: "a1b2c3d4e5", stage: "prod" }, stripPrefix: true },
          DIRECT,
        ],
      },
    });
    await up(folder, "door", ...UNKNOWN_THERE, ...options);
    outputs = await outputsOf(folder, "door");
  };
  let certificateArn: string;

  before(async () => {
    linkModules(folder);
    certificateArn = await makeCertificate("door.example.com");
    await pulumi(folder, "stack", "init", "door");
  });

  it("is an internal load balancer that answers HTTPS, and redirects from port 80", async () => {
    await deploy(3);
    expect(outputs.frontDoorUrl).to.equal("https://door.example.com");
    const { arn, scheme, subnetIds } = await loadBalancer(outputs.frontDoorDnsName);
    expect(scheme).to.equal("internal");
    expect(subnetIds).to.have.members(outputs.privateSubnetIds);
    expect((await listeners(arn)).map(({ what }) => what)).to.have.members([
      "443 HTTPS fixed-response",
      "80 HTTP redirect",
    ]);
  });

  const httpsRules = async () => {
    const { arn } = await loadBalancer(outputs.frontDoorDnsName);
    const https = (await listeners(arn)).find(({ what }) => what.startsWith("443"));
    return rules(https?.arn ?? "");
  };
  const groupOf = async (path: string) =>
    (await httpsRules()).find(({ values }) => values.includes(path))?.targetGroupArn ?? "";

  it("refuses what no route may take, before its routes", async () => {
    const found = await httpsRules();
    expect(found.map(({ values, action }) => `${values.toSorted().join(" ")}: ${action}`)).to.deep.equal([
      "*: fixed-response",
      "*/.. */../* */./*: fixed-response",
      "/messages /messages/*: forward",
      "/direct /direct/*: forward",
      "/pets /pets/*: forward",
    ]);
  });

  it("has the addresses of the execute-api endpoint as targets, and the function's alias", async () => {
    const addresses = await endpointAddresses(outputs.executeApiEndpointId);
    expect(addresses).to.have.length(3);
    expect(await targets(await groupOf("/messages"))).to.deep.equal(addresses);
    expect(await groupOf("/pets")).to.equal(await groupOf("/messages"));
    expect(await targets(await groupOf(DIRECT.path))).to.deep.equal([`${outputs.functionArn}:live`]);
  });

  it("lets Elastic Load Balancing invoke the alias for exactly that target group", async () => {
    const path = `/2015-03-31/functions/${outputs.functionName}/policy?Qualifier=live`;
    const { Policy } = JSON.parse(await (await send("lambda", path)).text());
    const statements: Record<string, unknown>[] = JSON.parse(Policy).Statement;
    const [own, ...others] = statements.filter((statement) =>
      JSON.stringify(statement.Principal).includes("elasticloadbalancing"),
    );
    expect(others).to.deep.equal([]);
    expect(JSON.stringify(own?.Condition)).to.contain(await groupOf(DIRECT.path));
  });

  it("answers a load balancer's event in its form", async () => {
    const event = {
      requestContext: { elb: { targetGroupArn: await groupOf(DIRECT.path) } },
      httpMethod: "GET",
      path: "/nowhere",
      multiValueHeaders: {},
    };
    const path = `/2015-03-31/functions/${outputs.functionName}/invocations?Qualifier=live`;
    const response = await send("lambda", path, { method: "POST", body: JSON.stringify(event) });
    expect(await response.json()).to.deep.include({ statusCode: 404, statusDescription: "404 Not Found" });
  });

  it("registers other addresses, and takes a zone's out, in the update that changes the endpoint", async () => {
    const before = await endpointAddresses(outputs.executeApiEndpointId);
    await deleteVpcEndpoint(outputs.executeApiEndpointId);
    await deploy(2, "--refresh");
    const addresses = await endpointAddresses(outputs.executeApiEndpointId);
    expect(addresses).to.have.length(2);
    expect(addresses.filter((address) => before.includes(address))).to.deep.equal([]);
    expect(await targets(await groupOf("/messages"))).to.deep.equal(addresses);
  });

  it("leaves nothing behind", async () => {
    await pulumi(folder, "destroy", "--stack", "door", "--yes", "--skip-preview");
  });
});
