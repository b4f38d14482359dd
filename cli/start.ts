import { parseArgs } from "node:util";
import { RunError } from "@pulumi/pulumi";
import { startApi } from "../sandbox/api-gateway.js";
import { readStackFile, stackNames, UsageError } from "../sandbox/stack-files.js";
import { synthesize } from "../sandbox/synthesize.js";
import { hideValues, resourceTree } from "./resource-tree.js";

const USAGE = "npm start -- [--stack NAME]";

/** Builds each stack in memory, shows what it is made of, and calls its API once. */
async function start(): Promise<void> {
  const { values } = parseArgs({ options: { stack: { type: "string" } } });
  for (const stack of values.stack === undefined ? stackNames() : [values.stack]) {
    const synthesis = await synthesize(readStackFile(stack));
    console.log(resourceTree(synthesis));
    const api = await startApi(synthesis);
    try {
      const begin = performance.now();
      const { statusCode, body } = await api.call({ method: "GET", path: "/messages" });
      const milliseconds = Math.round(performance.now() - begin);
      console.log(`  GET /messages   ${statusCode} in ${milliseconds} ms   ${hideValues(body)}\n`);
      if (statusCode !== 200) process.exitCode = 1;
    } finally {
      await api.stop();
    }
  }
}

try {
  await start();
} catch (error) {
  if (error instanceof UsageError || RunError.isInstance(error)) console.error(error.message);
  else if (error instanceof TypeError && "code" in error) console.error(`${error.message}\nUsage: ${USAGE}`);
  else throw error;
  process.exitCode = 2;
}
