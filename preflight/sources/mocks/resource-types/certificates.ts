import { arn, association, type Compute, hex, text } from "./compute.js";

/** ACM asks for one record for each name; all certificates for a name have the same. */
const certificate: Compute = (context) => {
  const domainName = text(context, "domainName");
  const own = arn(
    context,
    "acm",
    `certificate/${hex(8, context.name)}-0000-4000-8000-${hex(12, domainName)}`,
  );
  return {
    id: own,
    outputs: {
      arn: own,
      status: "PENDING_VALIDATION",
      domainValidationOptions: [
        {
          domainName,
          resourceRecordName: `_${hex(32, domainName)}.${domainName}.`,
          resourceRecordType: "CNAME",
          resourceRecordValue: `_${hex(32, domainName, "value")}.acm-validations.aws.`,
        },
      ],
    },
  };
};

/** AWS Certificate Manager. */
export const CERTIFICATES: Readonly<Record<string, Compute>> = {
  "aws:acm/certificate:Certificate": certificate,
  "aws:acm/certificateValidation:CertificateValidation": association("validation"),
};
