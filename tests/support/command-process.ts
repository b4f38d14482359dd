/** Runs a command, such as `cli/serve.ts --stack dev`, for the stacks of the tests' project. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runAsProcess } from "../../cli/lib/command.js";
import { TEST_PROJECT } from "./test-project.js";

const [script = "", ...argv] = process.argv.slice(2);
const { main } = await import(pathToFileURL(resolve(script)).href);
runAsProcess(main, argv, TEST_PROJECT);
