import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { expect } from "chai";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";
import { main } from "../../cli/serve.js";
import { processArguments, type Running, startCommand } from "../support/commands.js";

/** A server under way, and what it has printed so far. */
interface Serving {
  /** Waits until something is printed. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

/** The command in a process of its own, for what only a process has: signals and an exit code. */
class ServingProcess implements Serving {
  output = "";
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown[]>;

  constructor(...args: readonly string[]) {
    this.child = spawn(process.execPath, processArguments("cli/serve.ts", args), { cwd: PROJECT_FOLDER });
    this.ended = once(this.child, "close");
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        this.output += chunk;
      });
    }
  }

  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) return found;
      if (this.child.exitCode !== null) throw new Error(`it ended without ${pattern}:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(signal: NodeJS.Signals): Promise<unknown> {
    this.child.kill(signal);
    const [code] = await this.ended;
    return code;
  }
}

/** The command in this process. */
class ServingHere implements Serving {
  private readonly running: Running;
  private status: number | null | undefined;

  constructor(...args: readonly string[]) {
    this.running = startCommand(main, args);
    this.running.ended.then(
      ({ status }) => {
        this.status = status;
      },
      () => {
        this.status = null; // `ended` is what a test waits for, and throws
      },
    );
  }

  get output(): string {
    return this.running.printed();
  }

  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) return found;
      if (this.status !== undefined) throw new Error(`it ended without ${pattern}:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async exitCode(): Promise<number | null> {
    return (await this.running.ended).status;
  }

  interrupt(): Promise<number | null> {
    this.running.interrupt();
    return this.exitCode();
  }
}

describe("npm run serve", function () {
  this.timeout(60_000);
  const ends: (() => Promise<unknown>)[] = [];
  const serve = (...args: readonly string[]): ServingHere => {
    const serving = new ServingHere(...args);
    ends.push(() => serving.interrupt());
    return serving;
  };
  const serveInProcess = (...args: readonly string[]): ServingProcess => {
    const serving = new ServingProcess(...args);
    ends.push(() => serving.stop("SIGKILL"));
    return serving;
  };
  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end()));
  });

  /** The URL of the stage. */
  const urlOf = async (serving: Serving) => (await serving.until(/http:\/\/localhost:\d+\/\S+/))[0];

  it("serves the private stack to callers in its VPC, and ends cleanly at Ctrl-C", async () => {
    const serving = serveInProcess("--stack", "prod", "--port", "0");
    const url = await urlOf(serving);
    await serving.until(/Ctrl-C stops/);
    expect(serving.output)
      .to.match(/^prod {2}eu-west-1 {2}API [0-9a-f]{10} {2}http:\/\/localhost:\d+\/v1\n/)
      .and.contain("GET /messages   from internet 403, vpc ok, endpoint ok")
      .and.match(/\n {4,}\d+ requests a second, \d+ at once\n/)
      .and.contain("Called from vpc");

    const answer = await fetch(`${url}/messages`);
    expect([answer.status, await answer.json()]).to.deep.equal([
      200,
      { messages: { greeting: "hello from prod" } },
    ]);
    const refused = await fetch(`${url}/messages`, { headers: { "x-from": "internet" } });
    expect([refused.status, await refused.text()]).to.deep.equal([403, '{"message":"Forbidden"}']);
    const byEndpoint = await fetch(`${url}/messages`, { headers: { "x-from": "endpoint" } });
    expect(byEndpoint.status).to.equal(200);

    await serving.until(/200 in \d+ ms {3}from endpoint/);
    expect(serving.output)
      .to.match(/GET \/v1\/messages {3}200 in \d+ ms {3}from vpc/)
      .and.match(
        /403 in \d+ ms {3}from internet\n {2}refused from internet: .*API_PRIVATE_REQUIRES_VPCE.* Fix: /,
      )
      .and.not.contain("hello from prod");
    expect(await serving.stop("SIGINT")).to.equal(0);
  });

  it("serves the public stack to the internet, and from elsewhere when told so", async () => {
    const fromInternet = serve("--stack", "dev", "--port", "0");
    expect((await fetch(`${await urlOf(fromInternet)}/messages`)).status).to.equal(200);
    const fromVpc = serve("--stack", "dev", "--port", "0", "--from", "vpc");
    expect((await fetch(`${await urlOf(fromVpc)}/messages`)).status).to.equal(403);
    await fromVpc.until(/refused from vpc: the stack has no VPC/);
    expect(await fromInternet.interrupt()).to.equal(0);
    expect(await fromVpc.interrupt()).to.equal(0);
  });

  it("ends without complaint when it is interrupted before it serves", async () => {
    const serving = serve("--stack", "prod", "--port", "0");
    expect(await serving.interrupt()).to.equal(0);
    expect(serving.output).to.equal("");
  });

  it("says in one line that a port is in use", async () => {
    const busy = createServer().listen(0, "127.0.0.1");
    await once(busy, "listening");
    const address = busy.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const serving = serve("--stack", "dev", "--port", String(port));
    expect(await serving.exitCode()).to.equal(2);
    expect(serving.output).to.equal(
      `Port ${port} is in use. Stop what listens there, or give another: --port ${port + 1}.\n`,
    );
    busy.close();
  });

  const mistakes: [args: readonly string[], message: RegExp][] = [
    [[], /^Which stack\? Give --stack NAME\. Stacks with a file: .+\n$/],
    [["--stack", "prd"], /^There is no stack "prd".* Did you mean prod\?\n$/],
    [["--stack", "dev", "--port", "http"], /^--port: "http"\. Write a port from 1 to 65535/],
    [["--stack", "dev", "--port", "70000"], /^--port: "70000"/],
    [["--stack", "dev", "--from", "internt"], /^--from: "internt"\. Did you mean internet\?\n$/],
    [["--stack", "dev", "--verbose"], /no option --verbose\..*\nEvery option: npm run serve -- --help\n$/s],
  ];
  for (const [args, message] of mistakes) {
    it(`ends with 2 and one clear text for "${args.join(" ")}"`, async () => {
      const serving = serve(...args);
      expect(await serving.exitCode()).to.equal(2);
      expect(serving.output).to.match(message);
    });
  }
});
