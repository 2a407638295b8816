namespace Rackboot.Cli.Tests;

/// <summary>rackboot config: machine configurations without the daemon.</summary>
public sealed class ConfigTests : IDisposable
{
    private const string Worker =
        "machine:\n  type: worker\n  ca: {crt: Zm9v}\n  install: {disk: /dev/sda}\ncluster:\n  controlPlane: {endpoint: "
            + "'https://10.0.0.1:6443'}\n";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("rbcfg");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_valid_configuration_exits_with_0()
    {
        var file = await FileAsync("worker.yaml", Worker);
        var (exit, output, error) = await Shell.RunAsync("config", "validate", "-f", file);
        Assert.Equal((ExitCode.Ok, $"{file}: valid\n", ""), (exit, output, error));
    }

    [Fact]
    public async Task Every_mistake_of_every_file_is_named_with_file_line_document_and_path()
    {
        var one = await FileAsync("one.yaml",
            "machine:\n  tipe: worker\n---\napiVersion: v1alpha1\nkind: VLANConfig\nname: v\nvlanID: 5000\n");
        var two = await FileAsync("two.yaml", "kind: HostnameConfig\n");
        var (exit, output, error) = await Shell.RunAsync("config", "validate", "-f", one, two);
        Assert.Equal((ExitCode.Usage, ""), (exit, output));
        foreach (var line in new[]
        {
            $"{one}:2: v1alpha1 machine.tipe: unknown field; did you mean type?", $"{one}:7: VLANConfig/v vlanID: must be from 1 to 4094",
            $"{one}:4: VLANConfig/v parent: is required: the link that carries the VLAN",
            $"{two}:1: HostnameConfig: apiVersion is missing; write \"apiVersion: v1alpha1\"",
        })
            Assert.Contains(line, error.Split('\n'));
    }

    [Fact]
    public async Task Warnings_do_not_fail_but_in_strict_mode()
    {
        var file = await FileAsync("w.yaml", Worker.Replace("type: worker", "type: join", StringComparison.Ordinal));
        var (exit, _, error) = await Shell.RunAsync("config", "validate", "-f", file);
        Assert.Equal((ExitCode.Ok, $"warning: {file}:2: v1alpha1 machine.type: is \"join\"; write worker\n"), (exit, error));
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync("config", "validate", "-f", file, "--strict")).Exit);
    }

    [Fact]
    public async Task The_release_and_the_mode_decide()
    {
        var file = await FileAsync("h.yaml", "apiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable\n");
        var (exit, _, error) = await Shell.RunAsync("config", "validate", "-f", file, "--talos-version", "v1.11.6");
        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains("Talos 1.11 does not support this kind; it needs 1.12 or later", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await Shell.RunAsync("config", "validate", "-f", file, "--talos-version", "v1.12.0")).Exit);
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync("config", "validate", "-f", file, "--mode", "container")).Exit);
    }

    [Fact]
    public async Task A_newer_kind_comes_with_a_schema()
    {
        var file = await FileAsync("n.yaml", "apiVersion: v1alpha1\nkind: RocketConfig\nname: r\nfuel: liquid\nstages: [{thrust: 5}]\n");
        var schema = await FileAsync("schema.json",
            """
            {"$defs": {"x.Rocket": {"properties": {"apiVersion": {"enum": ["v1alpha1"]}, "kind": {"enum": ["RocketConfig"]},
              "name": {"type": "string"}, "fuel": {"enum": ["liquid", "solid"]},
              "stages": {"type": "array", "items": {"$ref": "#/$defs/x.Stage"}}}},
              "x.Stage": {"properties": {"thrust": {"type": "integer"}}}}}
            """);
        var (exit, _, error) = await Shell.RunAsync("config", "validate", "-f", file);
        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains("unknown kind; --schema FILE adds the kinds of a newer Talos", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await Shell.RunAsync("config", "validate", "-f", file, "--schema", schema)).Exit);
        (_, _, error) = await Shell.RunAsync("config", "validate", "-f",
            await FileAsync("m.yaml", "apiVersion: v1alpha1\nkind: RocketConfig\nfuel: gas\nwings: 2\n"), "--schema", schema);
        Assert.Contains("\"gas\" is not one of liquid, solid", error, StringComparison.Ordinal);
        Assert.Contains("wings: unknown field", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patches_apply_in_order_and_the_result_is_printed()
    {
        var file = await FileAsync("base.yaml", Worker);
        var patch = await FileAsync("p.yaml", "machine: {certSANs: [a]}\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable\n");
        var (exit, output, error) = await Shell.RunAsync(
            "config", "patch", "-f", file, "--patch", patch, "--patch", "@" + patch, "--patch", "{\"machine\": {\"token\": \"t\"}}");
        Assert.Equal((ExitCode.Ok, ""), (exit, error));
        Assert.Contains("certSANs:\n        - a\n        - a\n", output, StringComparison.Ordinal);
        Assert.Contains("token: t\n", output, StringComparison.Ordinal);
        Assert.EndsWith("---\napiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_patched_is_valid_again_through_a_pipe()
    {
        var base1 = await FileAsync("base.yaml", Worker);
        var (_, output, _) = await Shell.RunProgramAsync(_directory.FullName, "", "config", "patch", "-f", base1, "--patch",
            "machine: {token: x}");
        var (exit, said, _) = await Shell.RunProgramAsync(_directory.FullName, output, "config", "validate", "-f", "-");
        Assert.Equal((ExitCode.Ok, "-: valid\n"), (exit, said));
    }

    [Theory]
    [InlineData("[{\"op\": \"remove\", \"path\": \"/machine/nosuch\"}]", "--patch 1:", "no such key")]
    [InlineData("machine: {nosuch: 1}", "--patch 1:", "machine.nosuch: unknown field")]
    [InlineData("machine: {network: {$patch: delete}, x: [", "--patch 1:", "not valid YAML")]
    [InlineData("/nowhere/patch.yaml", "/nowhere/patch.yaml:", "cannot be read")]
    public async Task A_patch_that_does_not_apply_prints_nothing_but_the_reason_and_exits_with_2(string patch, string place, string reason)
    {
        var (exit, output, error) = await Shell.RunAsync("config", "patch", "-f", await FileAsync("base.yaml", Worker), "--patch", patch);
        Assert.Equal((ExitCode.Usage, ""), (exit, output));
        Assert.StartsWith(place, error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config validate -f /nowhere/file.yaml")]
    [InlineData("config validate")]
    [InlineData("config patch -f /nowhere/file.yaml --patch x")]
    [InlineData("config validate -f x --mode moon")]
    [InlineData("config validate -f x --talos-version new")]
    [InlineData("config validate -f x --schema /nowhere/schema.json")]
    public async Task Wrong_usage_exits_with_2(string command) =>
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync(command.Split(' '))).Exit);

    private Task<string> FileAsync(string name, string content) => Shell.WriteAsync(_directory.FullName, name, content);
}
