namespace Rackboot.Talos.Secrets;

/// <summary>The rotation of a CA without an outage: the new CA is accepted, then signs, then the old CA is removed. Talos supports this
/// only for the CAs of its API and of Kubernetes.</summary>
/// <param name="Stage">Which of the two CAs signs.</param>
/// <param name="Other">The CA that is accepted but does not sign: the new one while <see cref="RenewalStage.Accepting"/>, then the old
/// one.</param>
public sealed record AuthorityRenewal(RenewalStage Stage, CertificateAndKey Other);
