using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd;

/// <summary>What examples/ and the help show, applied by the program to a running daemon.</summary>
public sealed class ExampleTests
{
    private static readonly string Examples = Path.Combine(Path.GetDirectoryName(TestRack.ProgramDirectory.TrimEnd('/'))!, "examples");

    [Fact]
    public async Task Every_document_of_the_examples_is_applied()
    {
        await using var rack = await TestRack.StartAsync();
        foreach (var (file, done) in new[]
        {
            ("first-machine.yaml", "profile/default created\nmachine/node-01 created\n"),
            ("bmc.yaml", "credential/rack1 created\nmachine/node-02 created\n"),
            ("talos-cluster.yaml",
                "machine/cp-01 created\nmachine/cp-02 created\nmachine/cp-03 created\nmachine/worker-01 created\ncluster/prod created\n"),
        })
        {
            var (exit, output, error) = await rack.RackbootAsync(["apply", "-f", Path.Combine(Examples, "documents", file)]);
            Assert.True(exit == 0, output + error);
            Assert.Equal(done, string.Concat(output.Split('\n').Where(l => l.Length > 0 && l[0] != ' ').Select(l => l + "\n")));
        }

        // What will stop the boot of the first machine was said when it was applied.
        var (_, _, warnings) = await rack.RackbootAsync(["apply", "-f", Path.Combine(Examples, "documents", "first-machine.yaml")]);
        Assert.Contains("first-machine.yaml:7: talos: profile default needs talos/v1.14.0/amd64/kernel", warnings,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_documents_that_the_help_of_apply_shows_are_applied()
    {
        await using var rack = await TestRack.StartAsync();
        var (_, help, _) = await rack.RackbootAsync(["apply", "--help"]);
        var lines = help.Split('\n').SkipWhile(l => !l.Contains("separated by ---", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(l => l.Trim().Length > 0);
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, string.Join('\n', lines.Select(l => l.Trim())));
        var (exit, output, error) = await rack.RackbootAsync(["apply", "-f", file]);
        File.Delete(file);
        Assert.True(exit == 0, output + error);
        Assert.Contains("cluster/prod created", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_of_a_configuration_that_a_daemon_serves_finds_its_own_ports_taken_by_nobody_else()
    {
        await using var rack = await TestRack.StartAsync();
        var configuration = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "rackboot.yaml");
        var program = Path.Combine(TestRack.ProgramDirectory, "rackbootd");
        var (exit, output, error) = await rack.Network.ExecAsync(program, "--check", "--config", configuration);
        Assert.True(exit == 0, output + error);
        Assert.Contains("no errors", output, StringComparison.Ordinal);
        Assert.Contains("hands out no time server", error, StringComparison.Ordinal);
        var settings = await rack.Network.ExecAsync(program, "--settings", "boot");
        Assert.Contains("boot.http  a whole number from 1 to 65535; default 80", settings.Output, StringComparison.Ordinal);
    }
}
