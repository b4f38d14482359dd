import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect } from "chai";
import { COMMAND, CONFIGURATION, nginxContainer } from "../../components/front-door/proxy/container.js";
import { nginxConfiguration } from "../../components/front-door/proxy/nginx-configuration.js";
import { freePort } from "./lab/nginx.js";
import { sendRaw } from "./lab/raw-client.js";

/** What the container's settings make of a machine: files that cannot be changed, a small /tmp, a user without rights. */
const CONTAINER = `
mount --bind / / && mount -o remount,bind,ro / &&
mount -t tmpfs -o size=16m,mode=1777,nosuid,nodev,noexec tmpfs /tmp &&
chown 101 /proc/self/fd/1 /proc/self/fd/2 &&
exec setpriv --reuid=101 --regid=101 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all /bin/sh -c "$COMMAND"`;

function mayUnshare(): boolean {
  try {
    execFileSync(
      "unshare",
      ["--mount", "sh", "-c", "mount --bind / / && setpriv --version && test -x /usr/sbin/nginx"],
      {
        stdio: "ignore",
      },
    );
    return true;
  } catch {
    return false;
  }
}

describe("nginxContainer, as the task runs it", () => {
  let child: ChildProcess | undefined;
  const folder = mkdtempSync(join(tmpdir(), "container-"));
  let output = "";
  /** A file takes the place of the pipes that a container has, because a socket, as Node's pipes are, cannot be opened. */
  const printed = () => readFileSync(output, "utf8");
  const start = async () => {
    const [port, healthPort] = [await freePort(), await freePort()];
    const configuration = nginxConfiguration({
      routes: [
        { path: "/pets", host: "a.execute-api.eu-west-1.amazonaws.com", stage: "v1", stripPrefix: false },
      ],
      upstream: { address: "127.0.0.1", port: await freePort() },
      loadBalancerBlocks: ["127.0.0.0/8"],
      port,
      healthPort,
    });
    output = join(folder, String(port));
    const file = openSync(output, "w");
    const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", COMMAND, [CONFIGURATION]: configuration };
    const started = spawn("unshare", ["--mount", "--propagation", "private", "sh", "-c", CONTAINER], {
      env,
      stdio: ["ignore", file, file],
    });
    child = started;
    return { port, healthPort, started };
  };
  const ask = async (port: number, path: string) => {
    for (let n = 0; n < 100; n++) {
      const answer = await sendRaw(port, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).catch(() => undefined);
      if (answer !== undefined) return answer.status;
      await wait(50);
    }
    throw new Error(`NGINX did not start: ${printed()}`);
  };

  before(function () {
    if (!mayUnshare()) this.skip();
  });
  afterEach(async () => {
    if (child?.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("starts with what it may write to, serves, and logs", async () => {
    const { port, healthPort } = await start();
    expect(await ask(healthPort, "/")).to.equal(200);
    expect(await ask(port, "/nowhere")).to.equal(404);
    expect(await ask(port, "/pets?token=s3cret")).to.equal(502);
    await wait(100);
    const entries = printed()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    expect(entries.map((line) => JSON.parse(line).path)).to.deep.equal(["/nowhere", "/pets"]);
    expect(printed()).to.not.contain("s3cret");
  });

  it("ends when ECS tells it to", async () => {
    const { healthPort, started } = await start();
    await ask(healthPort, "/");
    started.kill("SIGQUIT"); // The images' own signal: requests end first.
    const [code] = await once(started, "exit");
    expect(code).to.equal(0);
  });

  it("drops every capability, and has no writable directory but the one in memory", () => {
    const { linuxParameters, readonlyRootFilesystem, user } = nginxContainer({
      image: "x",
      logGroup: "x",
      region: "x",
    });
    expect({ readonlyRootFilesystem, user }).to.deep.equal({ readonlyRootFilesystem: true, user: "101" });
    expect(linuxParameters.capabilities).to.deep.equal({ drop: ["ALL"] });
    expect(linuxParameters.tmpfs.map(({ containerPath }) => containerPath)).to.deep.equal(["/tmp"]);
  });
});
