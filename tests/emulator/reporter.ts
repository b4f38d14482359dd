import Mocha from "mocha";
import { seconds } from "./lab/progress.js";

const { EVENT_SUITE_BEGIN, EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Mocha.Runner.constants;

/** Prints one line of plain text for each finished test, with its seconds. */
export class Progress extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(EVENT_SUITE_BEGIN, ({ title }: Mocha.Suite) => title !== "" && console.log(`\n${title}`));
    runner.on(EVENT_TEST_PASS, ({ title, duration = 0 }: Mocha.Test) => {
      console.log(`  ok    ${title}  ${seconds(duration)}`);
    });
    runner.on(EVENT_TEST_PENDING, ({ title }: Mocha.Test) => console.log(`  skip  ${title}`));
    runner.on(EVENT_TEST_FAIL, ({ title }: Mocha.Test, error: Error) => {
      console.log(`  FAIL  ${title}\n${(error.stack ?? error.message).replace(/^/gm, "        ")}`);
    });
  }
}
