import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { graphFromResources } from "../../preflight/graph/index.js";
import { proveIntents } from "../../preflight/reachability/index.js";
import { call, makeCertificate } from "./lab/aws.js";
import {
  configure,
  copyProgram,
  exported,
  linkModules,
  type Outputs,
  outputsOf,
  pulumi,
  up,
} from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "nginx";
const ECS = "AmazonEC2ContainerServiceV20141113";
/** The emulator does not list the tags of what scales the service, which the provider reads. */
const UNKNOWN_THERE = ["--exclude", "**appautoscaling**"];
const IMAGE = `public.ecr.aws/nginx/nginx-unprivileged@sha256:${"ab".repeat(32)}`;

/**
 * There is no plugin of awsx in the lab, so a component provider of these tests stands in for it (lab/awsx). The
 * emulator runs no task, so NGINX itself is tested by npm run test:nginx.
 */
describe("a front door of kind proxy", () => {
  const folder = copyProgram("front-door-proxy");
  let outputs: Outputs;

  before(async () => {
    linkModules(folder);
    const project = join(folder, "Pulumi.yaml");
    const path = fileURLToPath(new URL("./lab/awsx", import.meta.url));
    const plugins = { providers: [{ name: "awsx", path }] };
    writeFileSync(project, stringify({ ...parse(readFileSync(project, "utf8")), plugins }));
    configure(folder, STACK, {
      function: KNOWN_RUNTIME,
      parameters: { path: `/lambda-networking/${STACK}` },
      networking: "vpc",
      vpc: { cidrBlock: "10.61.0.0/16", nat: "single" },
      keepData: false,
      frontDoor: {
        kind: "proxy",
        domainName: "door.example.com",
        certificateArn: await makeCertificate("door.example.com"),
        allowFrom: ["10.30.0.0/16"],
        accessLogs: false,
        routes: [{ path: "/messages" }],
        proxy: { image: IMAGE },
      },
    });
    await pulumi(folder, "stack", "init", STACK);
    await up(folder, STACK, ...UNKNOWN_THERE);
    outputs = await outputsOf(folder, STACK);
  });

  after(() => pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview"));

  it("runs NGINX by its digest, in the private subnets, without a public address", async () => {
    const { clusterArns } = await call("ecs", `${ECS}.ListClusters`, {});
    const services = [];
    for (const cluster of clusterArns) {
      const { serviceArns } = await call("ecs", `${ECS}.ListServices`, { cluster });
      if (serviceArns.length === 0) continue;
      const found = await call("ecs", `${ECS}.DescribeServices`, { cluster, services: serviceArns });
      services.push(...found.services);
    }
    expect(services).to.have.length(1);
    const network = services[0].networkConfiguration.awsvpcConfiguration;
    expect(network.subnets).to.have.members(outputs.privateSubnetIds);
    expect(network.assignPublicIp ?? "DISABLED").to.equal("DISABLED");
    const { taskDefinition } = await call("ecs", `${ECS}.DescribeTaskDefinition`, {
      taskDefinition: services[0].taskDefinition,
    });
    const [container] = taskDefinition.containerDefinitions;
    expect(container).to.include({ image: IMAGE, readonlyRootFilesystem: true });
  });

  it("keeps every intent, proved from what is deployed", async () => {
    const proofs = proveIntents(graphFromResources(await exported(folder, STACK)));
    expect(proofs.filter(({ ok }) => !ok).map(({ intent, failure }) => ({ intent, failure }))).to.deep.equal(
      [],
    );
    expect(proofs.length).to.be.above(15);
  });
});
