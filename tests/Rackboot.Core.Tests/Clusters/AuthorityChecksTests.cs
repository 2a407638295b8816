using Rackboot.Core.Clusters;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Tests.Clusters;

public sealed class AuthorityChecksTests
{
    private static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Lazy<ClusterSecrets> Secrets = new(() => SecretsGenerator.Generate(new TalosRelease(1, 13), Made));

    [Fact]
    public void A_CA_that_lives_for_years_needs_no_warning() =>
        Assert.Empty(AuthorityChecks.Warnings("prod", Secrets.Value, Made.AddYears(8)));

    [Theory]
    [InlineData(9.5, "ends on")]
    [InlineData(11, "ended on")]
    public void A_CA_that_ends_within_a_year_is_named_with_what_to_do(double years, string words)
    {
        var warnings = AuthorityChecks.Warnings("prod", Secrets.Value, Made.AddDays(years * 365.25)).ToList();
        Assert.All(warnings, w => Assert.Contains(words, w, StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.EndsWith("rackboot cluster rotate-ca prod --talos", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.EndsWith("rackboot cluster rotate-ca prod --kubernetes", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.StartsWith("the CA of etcd", StringComparison.Ordinal)
            && w.Contains("plan a new cluster", StringComparison.Ordinal));
    }
}
