import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { deploymentTarget } from "../../../components/base/deployment-target.js";
import { isUserError } from "../../../preflight/errors/user-error.js";

/** The target, if the provider answers each call with an error of this text. */
async function refusal(message: string): Promise<unknown> {
  const call = () => {
    throw Object.assign(new Error(message), { details: message });
  };
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call }, "orders", "test");
  return deploymentTarget().then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("deploymentTarget", () => {
  for (const [title, message, reason] of [
    [
      "no credentials",
      "1 error occurred:\n\t* No valid credential sources found: Please see https://registry.terraform.io/providers/hashicorp/aws\nfor more information about providing credentials.\n\nError: failed to refresh cached credentials, no EC2 IMDS role found\n\n",
      "No valid credential sources found",
    ],
    [
      "wrong credentials",
      "1 error occurred:\n\t* Retrieving AWS account details: validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, api error InvalidClientTokenId: The security token included in the request is invalid.\n\n",
      "InvalidClientTokenId: The security token included in the request is invalid",
    ],
    [
      "a profile that does not exist",
      "failed to get shared config profile, work",
      "failed to get shared config profile, work",
    ],
  ] as const) {
    it(`says in one line that there are ${title}, and what to do`, async () => {
      const error = await refusal(message);
      expect(isUserError(error)).to.equal(true);
      const { message: text } = Object(error);
      expect(text).to.contain(`${reason}): set credentials with AWS_PROFILE`);
      expect(text).to.match(/^AWS did not say .*`aws sts get-caller-identity` answers\.$/);
    });
  }
});
