import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { contentOf } from "../deployment.js";

/**
 * Validators that answer 400 to a request that does not match its method. There is one for methods with a model of the
 * body and one for methods without, each created when it is first needed.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export class RequestValidators {
  readonly resources: aws.apigateway.RequestValidator[] = [];
  /** Everything that a deployment copies of the validators. */
  readonly content: pulumi.Output<unknown>[] = [];
  private readonly made = new Map<boolean, aws.apigateway.RequestValidator>();

  constructor(
    private readonly name: string,
    private readonly api: aws.apigateway.RestApi,
    private readonly parent: pulumi.Resource,
  ) {}

  for({ hasModel }: { readonly hasModel: boolean }): aws.apigateway.RequestValidator {
    const known = this.made.get(hasModel);
    if (known !== undefined) return known;
    const name = `${this.name}-${hasModel ? "body-and-parameters" : "parameters"}`;
    const inputs = {
      restApi: this.api.id,
      name,
      validateRequestBody: hasModel,
      validateRequestParameters: true,
    };
    const validator = new aws.apigateway.RequestValidator(name, inputs, { parent: this.parent });
    this.made.set(hasModel, validator);
    this.resources.push(validator);
    this.content.push(contentOf(validator, inputs));
    return validator;
  }
}
