using Rackboot.Lab;

namespace Rackboot.EndToEnd;

/// <summary>What an operator installs: packages, the bundle for sites without a network, alerts, and the Vagrant lab.</summary>
public sealed class PackagingTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(TestRack.ProgramDirectory, ".."));

    [Fact]
    public async Task The_packages_are_clean_and_install_from_the_rpm_and_without_a_network()
    {
        // packaging/try, a QEMU machine with Debian that boots another one, takes too long here: packaging/test runs it too.
        TestRack.SkipUnlessPossible();
        var (exit, output, error) = await Tool.TryRunAsync(
            Path.Combine(Root, "packaging", "test"), "build", "check", "repack", "try-rpm", "offline-bundle", "try-offline");
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(exit == 0, output + error);
        foreach (var proof in new[] { "TRY: packed twice", "TRY: installed over ", "TRY: refused: ", "systemd-analyze security: 1." })
            Assert.Contains(proof, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_alerts_pass_their_unit_tests()
    {
        var monitoring = Path.Combine(Root, "packaging", "monitoring");
        await Tool.RunAsync("promtool", "check", "rules", Path.Combine(monitoring, "rackboot.rules.yaml"));
        var (exit, output, error) = await Tool.TryRunAsync(
            "promtool", "test", "rules", Path.Combine(monitoring, "rackboot.rules.test.yaml"));
        Assert.True(exit == 0, output + error);
    }

    [Fact]
    public async Task The_Vagrantfile_is_valid()
    {
        var package = new FileInfo(Path.Combine(Root, "out", "packages", "rackboot.deb")); // it must be there; what is in it is not read
        package.Directory!.Create();
        await package.Create().DisposeAsync();
        try
        {
            var (exit, output, error) = await Tool.TryRunAsync(
                "env", "-C", Root, "HOME=" + Path.GetTempPath(), "vagrant", "validate", "--ignore-provider");
            Assert.True(exit == 0, output + error);
        }
        finally
        {
            package.Delete();
        }
    }
}
