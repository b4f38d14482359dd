// Opens TCP connections from the namespace that it runs in, all at once, and prints which of them were answered.
// A refusal counts as an answer: the packet got there, and the answer got back. It is plain JavaScript, because it
// starts hundreds of times.
import { readFileSync } from "node:fs";
import { connect } from "node:net";

const { timeout, targets } = JSON.parse(readFileSync(0, "utf8"));

const answers = await Promise.all(targets.map(answered));
process.stdout.write(JSON.stringify(answers), () => process.exit(0));

function answered({ address, port, from }) {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, ...(from === undefined ? {} : { localAddress: from }) });
    // A process that was kept waiting reads the answers that came meanwhile before it gives up.
    const timer = setTimeout(() => setImmediate(() => setImmediate(() => end(false))), timeout);
    const end = (value) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(value);
    };
    socket.on("connect", () => end(true));
    socket.on("error", (error) => {
      if (error.code === "ECONNREFUSED") end(true);
      else if (
        ["EHOSTUNREACH", "ENETUNREACH", "EACCES", "EADDRNOTAVAIL", "EINVAL", "ETIMEDOUT"].includes(error.code)
      )
        end(false);
      else throw error;
    });
  });
}
