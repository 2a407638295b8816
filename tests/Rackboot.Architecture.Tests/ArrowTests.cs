using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Rackboot.Architecture.Tests;

/// <summary>Who may know whom (docs/architecture.md).</summary>
public sealed class ArrowTests
{
    private static readonly string[] ProtocolLibraries =
    [
        "Rackboot.Dhcp", "Rackboot.Tftp", "Rackboot.Ndp", "Rackboot.Talos", "Rackboot.Ipmi", "Rackboot.Redfish", "Rackboot.Oci",
            "Rackboot.Cloud",
        "Rackboot.Transfer",
    ];

    public static TheoryData<string, string[]> Allowed => new()
    {
        { "Rackboot.Dhcp", [] },
        { "Rackboot.Tftp", [] },
        { "Rackboot.Ndp", [] },
        { "Rackboot.Transfer", [] },
        { "Rackboot.Talos", ["Rackboot.Transfer"] },
        { "Rackboot.Oci", ["Rackboot.Transfer"] },
        { "Rackboot.Ipmi", [] },
        { "Rackboot.Redfish", [] },
        { "Rackboot.Cloud", [] },
        { "Rackboot.Backup", [] },
        { "Rackboot.Contracts", [] },
        { "Rackboot.Core", ProtocolLibraries },
        { "Rackboot.Daemon", ["Rackboot.Core", "Rackboot.Backup", "Rackboot.Contracts"] },
        // Without the daemon machine configurations are checked, images mirrored, other DHCP servers looked for, and backups restored.
        { "Rackboot.Cli", ["Rackboot.Contracts", "Rackboot.Backup", "Rackboot.Dhcp", "Rackboot.Talos", "Rackboot.Oci",
            "Rackboot.Transfer"] },
        // Its stand-ins speak Talos' API, and its synthetic BMCs IPMI.
        { "Rackboot.Lab", ["Rackboot.Contracts", "Rackboot.Talos", "Rackboot.Ipmi"] },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void A_project_references_only_what_lies_below_it(string project, string[] allowed) =>
        Assert.Empty(References($"src/{project}/{project}.csproj").Except(allowed));

    [Fact]
    public void Every_project_under_src_has_its_arrows_written_down_here() =>
        Assert.Empty(Repository.Projects("src").Select(Path.GetFileNameWithoutExtension).Except(Allowed.Select(row => row.Data.Item1)));

    [Fact]
    public void Nothing_but_its_own_tests_references_the_daemon() =>
        Assert.All(
            Repository.Projects("src").Concat(Repository.Projects("tests"))
                .Where(p => References(Repository.Relative(p)).Contains("Rackboot.Daemon")),
            p => Assert.Equal("Rackboot.Daemon.Tests", Path.GetFileNameWithoutExtension(p)));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Appliance.sln"));
        Assert.All(Repository.Projects("src").Concat(Repository.Projects("tests")),
            p => Assert.Contains(Path.GetFileName(p), solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_test_project_is_run()
    {
        var run = File.ReadAllText(Path.Combine(Repository.Root, "tests/run"));
        Assert.All(Repository.Projects("tests"),
            p => Assert.Contains(Path.GetFileNameWithoutExtension(p)["Rackboot.".Length..], run, StringComparison.Ordinal));
    }

    [Fact]
    public void The_libraries_of_a_protocol_name_no_machine_profile_or_store() =>
        Assert.All(
            Repository.Sources()
                .Where(f => ProtocolLibraries.Any(p => Repository.Relative(f).StartsWith($"src/{p}/", StringComparison.Ordinal))),
            f => Assert.DoesNotMatch(new Regex(@"Rackboot\.(Core|Contracts|Daemon)"), File.ReadAllText(f)));

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, project)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));
}
