import { makeCertificate } from "./lab/aws.js";
import { configure, copyProgram, linkModules, type Outputs, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

describe("the front door", () => {
  const folder = copyProgram("front-door");
  let outputs: Outputs;
  before(async () => {
    linkModules(folder);
    configure(folder, "gate", {
      function: KNOWN_RUNTIME,
      parameters: { path: "/gate" },
      networking: "vpc",
      vpc: { cidrBlock: "10.60.0.0/16", availabilityZones: 2 },
      keepData: false,
      frontDoor: {
        domainName: "door.example.com",
        certificateArn: await makeCertificate("door.example.com"),
        allowFrom: ["10.30.0.0/16"],
        routes: [
          { path: "/messages" },
          { path: "/pets", api: { id: "a1b2c3d4e5", stage: "prod" }, stripPrefix: true },
          { path: "/direct", function: true },
        ],
      },
    });
    await pulumi(folder, "stack", "init", "gate");
  });
  it("deploys", async () => {
    await up(folder, "gate", "--exclude", "**bucketLifecycleConfiguration**");
    outputs = await outputsOf(folder, "gate");
    console.log(outputs);
  });
});
