using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Tests.Secrets;

/// <summary>The steps of siderolabs/talos pkg/rotate/pki/talos and pkg/rotate/pki/kubernetes.</summary>
public sealed class RenewalTests
{
    [Theory]
    [InlineData(RenewableAuthority.Os)]
    [InlineData(RenewableAuthority.Kubernetes)]
    public void A_CA_is_accepted_then_signs_then_its_predecessor_goes(RenewableAuthority which)
    {
        var old = Current(Sample.Secrets, which);
        Assert.True(SecretsRenewal.TryBegin(Sample.Secrets, which, Sample.Contract, Sample.Now, out var secrets, out _));
        var created = Assert.Single(Accepted(secrets, which));
        Assert.Equal(old, Current(secrets, which));

        secrets = Sample.Read(Sample.Yaml(secrets));
        Assert.True(SecretsRenewal.TryAdvance(secrets, which, out secrets, out _));
        Assert.Equal(created, Current(secrets, which).Certificate);
        Assert.Equal([old.Certificate], Accepted(secrets, which));

        secrets = Sample.Read(Sample.Yaml(secrets));
        Assert.True(SecretsRenewal.TryAdvance(secrets, which, out secrets, out _));
        Assert.Equal(created, Current(secrets, which).Certificate);
        Assert.Empty(Accepted(secrets, which));
        Assert.DoesNotContain("renewal", Sample.Yaml(secrets), StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_out_of_order_are_refused_with_a_reason_and_change_nothing()
    {
        Assert.False(SecretsRenewal.TryAdvance(Sample.Secrets, RenewableAuthority.Os, out var next, out var error));
        Assert.Equal((Sample.Secrets, "the Talos CA is not being rotated"), (next, error));
        Assert.True(SecretsRenewal.TryBegin(Sample.Secrets, RenewableAuthority.Os, Sample.Contract, Sample.Now, out var begun, out _));
        Assert.False(SecretsRenewal.TryBegin(begun, RenewableAuthority.Os, Sample.Contract, Sample.Now, out next, out error));
        Assert.Equal((begun, "the Talos CA is already being rotated"), (next, error));
        Assert.True(SecretsRenewal.TryAbandon(begun, RenewableAuthority.Os, out next, out _));
        Assert.Equal(Sample.Secrets, next);
        Assert.True(SecretsRenewal.TryAdvance(begun, RenewableAuthority.Os, out var switched, out _));
        Assert.False(SecretsRenewal.TryAbandon(switched, RenewableAuthority.Os, out _, out error));
        Assert.Equal("the new Talos CA already signs: finish the rotation instead of cancelling it", error);
    }

    [Fact]
    public void New_tokens_leave_everything_else_as_it_was()
    {
        var renewed = SecretsRenewal.WithNewTokens(Sample.Secrets);
        Assert.NotEqual(Sample.Secrets.TrustdToken, renewed.TrustdToken);
        Assert.NotEqual(Sample.Secrets.BootstrapToken, renewed.BootstrapToken);
        Assert.Equal(Sample.Secrets, renewed with
        {
            TrustdToken = Sample.Secrets.TrustdToken,
            BootstrapToken = Sample.Secrets.BootstrapToken
        });
    }

    private static CertificateAndKey Current(ClusterSecrets secrets, RenewableAuthority which) => which == RenewableAuthority.Os
        ? secrets.Os : secrets.K8s;

    private static IReadOnlyList<string> Accepted(ClusterSecrets secrets, RenewableAuthority which) =>
        which == RenewableAuthority.Os ? secrets.OsAccepted : secrets.K8sAccepted;
}
