import { expect } from "chai";
import { startApi } from "../../local-api/index.js";
import { known } from "../../local-api/known.js";
import { UNKNOWN } from "../../preflight/graph/index.js";
import { apiOf, changed } from "./support.js";

const FIX =
  "is not known before the deployment, so the API cannot be served here. Fix: set it in the program.";

describe("known", () => {
  it("returns a known value, and throws a UserError with its name for an unknown one", () => {
    expect(known(0, "the limit")).to.equal(0);
    expect(() => known(UNKNOWN, "the limit"))
      .to.throw(`the limit ${FIX}`)
      .with.property("name", "UserError");
  });

  it("stops startApi if a stage variable is not known", async () => {
    const routes = apiOf([{ method: "GET", path: "/messages" }]);
    const error = await startApi(changed(routes, "stage", { variables: { colour: UNKNOWN } })).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(String(error)).to.equal(`UserError: the stage variable colour ${FIX}`);
  });
});
