import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

interface CertificateArgs {
  readonly domainName: string;
  /** A public hosted zone that has the name. */
  readonly hostedZoneId: string;
  readonly parent: pulumi.Resource;
}

/**
 * Requests a certificate for a name, and proves by a DNS record that the name is the stack's. Free; AWS renews it as long
 * as the record is there.
 * @returns the certificate's ARN, known when the certificate is issued
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export function requestCertificate(
  name: string,
  { domainName, hostedZoneId, parent }: CertificateArgs,
): pulumi.Output<string> {
  const certificate = new aws.acm.Certificate(
    `${name}-certificate`,
    { domainName, validationMethod: "DNS" },
    { parent },
  );
  const option = certificate.domainValidationOptions.apply(([first]) => first);
  const record = new aws.route53.Record(
    `${name}-certificate`,
    {
      zoneId: hostedZoneId,
      name: option.apply((one) => one?.resourceRecordName ?? ""),
      type: option.apply((one) => one?.resourceRecordType ?? ""),
      records: [option.apply((one) => one?.resourceRecordValue ?? "")],
      ttl: 300,
      // ACM gives every certificate for one name in an account the same record, so it may be there already.
      allowOverwrite: true,
    },
    { parent },
  );
  const validation = new aws.acm.CertificateValidation(
    `${name}-certificate`,
    { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
    { parent },
  );
  return validation.certificateArn;
}
