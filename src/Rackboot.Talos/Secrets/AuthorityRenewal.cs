namespace Rackboot.Talos.Secrets;

/// <summary>A CA that changes without an outage: the new one is accepted, then signs, then the old one goes. Talos supports this for the
/// CAs of its API and of Kubernetes alone.</summary>
/// <param name="Stage">Which of the two is accepted only.</param>
/// <param name="Other">The CA that is accepted and does not sign: the new one while <see cref="RenewalStage.Accepting"/>, then the old
/// one.</param>
public sealed record AuthorityRenewal(RenewalStage Stage, CertificateAndKey Other);
