import { expect } from "chai";
import { ParameterStore } from "../../../local-api/aws-services/parameter-store.js";
import { type AwsServer, startAwsServer } from "../../../local-api/aws-services/server.js";
import { NAMES, send } from "../serving.js";

describe("startAwsServer", () => {
  let server: AwsServer;
  let faults: string[] = [];
  const parameters = new ParameterStore([{ name: "/app/dev/token", value: "s3cret", type: "SecureString" }]);
  before(async () => {
    server = await startAwsServer(parameters, (fault) => faults.push(fault));
  });
  beforeEach(() => {
    faults = [];
  });
  after(() => server.close());

  const read = (headers: Readonly<Record<string, string>>) =>
    send(server.url, "/", {
      method: "POST",
      headers: { "X-Amz-Target": "AmazonSSM.GetParameter", ...headers },
      body: JSON.stringify({ Name: "/app/dev/token", WithDecryption: true }),
    });

  for (const host of ["evil.example.com", "evil.example.com:80", "localhost.evil.example.com", "10.0.0.1"]) {
    it(`refuses ${host}, and shows no parameter`, async () => {
      const { status, body } = await read({ Host: host });
      expect(status).to.equal(403);
      expect(JSON.parse(body).__type).to.equal("AccessDeniedException");
      expect(body).not.to.contain("s3cret");
    });
  }

  it("answers programs on this machine", async () => {
    for (const host of ["127.0.0.1", "localhost:1", "[::1]"]) {
      const { status, body } = await read({ Host: host });
      expect(status).to.equal(200);
      expect(JSON.parse(body).Parameter.Value).to.equal("s3cret");
    }
  });

  it("answers 500 with JSON to an error of its own, and tells the terminal", async () => {
    const failing = Object.create(parameters, {
      getParameter: {
        value: () => {
          throw new TypeError("x is not iterable");
        },
      },
    });
    const faulty = await startAwsServer(failing, (fault) => faults.push(fault));
    try {
      const { status, body, type } = await send(faulty.url, "/", {
        method: "POST",
        headers: { "X-Amz-Target": "AmazonSSM.GetParameter" },
        body: "{}",
      });
      expect([status, type]).to.deep.equal([500, "application/x-amz-json-1.1"]);
      expect(JSON.parse(body)).to.deep.equal({
        __type: "InternalServerError",
        message: "an error of the local server itself",
      });
      expect(faults).to.deep.equal([
        "500 to AmazonSSM.GetParameter: an error of the local server itself: TypeError: x is not iterable",
      ]);
    } finally {
      await faulty.close();
    }
  });

  it("answers names that every JavaScript object has like any other", async () => {
    for (const name of NAMES) {
      const { status, body } = await send(server.url, "/", {
        method: "POST",
        headers: { "X-Amz-Target": name },
        body: JSON.stringify({ Name: name }),
      });
      expect([status, JSON.parse(body).__type]).to.deep.equal([400, "UnknownOperationException"]);
    }
  });
});
