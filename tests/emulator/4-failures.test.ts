import { expect } from "chai";
import { functionConfiguration, getMessages, invoke, logged } from "./lab/aws.js";
import { configure, outputsOf, up } from "./lab/project.js";
import { deployed, folder, outputs } from "./lab/stacks.js";

const NO_RESULTS = "SSM Parameter Store get parameter returned no results";
const FAILURE = "SSM Parameter Store get parameter failure";

describe("dev without parameters", () => {
  before(async () => {
    configure(folder, "dev", {
      parameters: { path: "/lambda-networking/nothing" },
      secretParameters: undefined,
    });
    await up(folder, "dev");
    deployed.dev = await outputsOf(folder, "dev");
  });

  it("answers 404 over the API if there are no parameters", async () => {
    expect(await getMessages(outputs("dev").apiId)).to.deep.equal({
      status: 404,
      body: { message: NO_RESULTS },
    });
  });

  it("fails a direct invocation if there are no parameters", async () => {
    const { failed, body } = await invoke(outputs("dev").functionName);
    expect(failed).to.equal(true);
    expect(body).to.include({ errorMessage: NO_RESULTS });
  });
});

/**
 * Without private DNS the function calls the SSM endpoint by its own name. Only DNS servers in an AWS VPC resolve that
 * name, so the read fails in the function itself.
 */
describe("prod with SSM out of reach", () => {
  before(async () => {
    configure(folder, "prod", { endpoints: { ssm: { privateDns: false } } });
    await up(folder, "prod");
    deployed.prod = await outputsOf(folder, "prod");
  });

  it("passes the endpoint's own name to the function", async () => {
    const { Environment } = await functionConfiguration(outputs("prod").functionName);
    expect(Environment.Variables.AWS_ENDPOINT_URL_SSM).to.match(/^https:\/\/vpce-[^/]+$/);
  });

  it("answers 502 over the API if SSM is out of reach", async () => {
    expect(await getMessages(outputs("prod").apiId)).to.deep.equal({
      status: 502,
      body: { message: FAILURE },
    });
  });

  it("fails a direct invocation if SSM is out of reach", async () => {
    const { failed, body } = await invoke(outputs("prod").functionName);
    expect(failed).to.equal(true);
    expect(body).to.include({ errorMessage: FAILURE });
  });

  it("logs the failure with its cause", async () => {
    const log = await logged(outputs("prod").functionName);
    expect(log).to.contain(FAILURE);
    expect(log).to.match(/ENOTFOUND|EAI_AGAIN|getaddrinfo/);
  });
});
