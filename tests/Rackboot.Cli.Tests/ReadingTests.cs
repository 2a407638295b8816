using System.Text.Json;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>The commands that only ask.</summary>
public sealed class ReadingTests
{
    [Theory]
    [InlineData("get machines", "NAME      STATE     POWER       STAGE    ADDRESS      PROFILE   FIRMWARE     SEEN",
        "node-01   booting   no answer   kernel   10.20.0.22   default   uefi amd64   -")]
    [InlineData("get m", "NAME      STATE     POWER       STAGE    ADDRESS      PROFILE   FIRMWARE     SEEN",
        "node-01   booting   no answer   kernel   10.20.0.22   default   uefi amd64   -")]
    [InlineData("get profiles", "NAME      TALOS     ARCH    KERNEL ARGUMENTS", "default   v1.14.0   amd64   console=ttyS0 quiet")]
    [InlineData("get machine -o name", "machine/node-01", "machine/node-02")]
    [InlineData("get leases -o name", "lease/10.20.0.21", "lease/10.20.0.22")]
    [InlineData("get boots -o name", "boot/b1", "boot/b2")]
    [InlineData("get assets -o name", "asset/talos/v1.14.0/amd64/kernel", "asset/ipxe/arm64/snponly.efi")]
    public async Task A_list_is_aligned_with_one_line_a_thing(string command, string first, string second)
    {
        await using var api = await StartAsync();
        var outcome = await Shell.RunAsync(api, command.Split(' '));
        Assert.Equal((ExitCode.Ok, ""), (outcome.Exit, outcome.Error));
        Assert.Equal([first, second], outcome.Lines.Take(2));
    }

    [Theory]
    [InlineData("lease list", "ADDRESS      STATE     MAC                 MACHINE   HOST NAME   EXPIRES IN   SUBNET",
        "10.20.0.21   expired   52:54:00:00:01:04   node-01   node-01     -            10.20.0.0/24")]
    [InlineData("asset list", "NAME                         BYTES       ORIGIN     AGE",
        "talos/v1.14.0/amd64/kernel   1,234,567   imported")]
    [InlineData("boot list", "ID   MACHINE   FIRMWARE     VIA   STAGE    OUTCOME", "b1   node-01   uefi amd64   pxe   kernel   stalled")]
    public async Task Leases_assets_and_boots_have_lists_of_their_own(string command, string title, string row)
    {
        await using var api = await StartAsync();
        var outcome = await Shell.RunAsync(api, command.Split(' '));
        Assert.Equal(ExitCode.Ok, outcome.Exit);
        Assert.StartsWith(title, outcome.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith(row, outcome.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wide_list_adds_what_was_observed()
    {
        await using var api = await StartAsync();
        var row = (await Shell.RunAsync(api, "get", "machines", "-o", "wide")).Lines[1];
        Assert.Contains(
            "52:54:00:00:01:04,52:54:00:00:01:05   S-1      Maker Box   ipmi 10.30.0.21   rack=07", row, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("machines", "rack=07", "GET /api/v1/machines?selector=rack%3D07")]
    [InlineData("machines", "rack in (r1,r2),!role", "GET /api/v1/machines?selector=rack%20in%20%28r1%2Cr2%29%2C%21role")]
    public async Task The_daemon_chooses_by_labels(string kind, string selector, string request)
    {
        await using var api = await StartAsync();
        var outcome = await Shell.RunAsync(api, "get", kind, "-l", selector, "-o", "json");
        Assert.Equal(ExitCode.Ok, outcome.Exit);
        Assert.Equal([request], api.Lines);
    }

    [Theory]
    [InlineData("get machines", "", "the selector is empty")]
    [InlineData("get machines", "rack>3", "expected a comma")]
    [InlineData("get leases", "rack=07", "leases have no labels to select by")]
    [InlineData("power off", "", "the selector is empty")]
    [InlineData("power status", "rack=07,", "expected the key of a label")]
    public async Task What_is_no_selector_is_refused_and_nothing_is_asked(string command, string selector, string mistake)
    {
        await using var api = await StartAsync();
        var outcome = await Shell.RunAsync(api, [.. command.Split(' '), "-l", selector]);
        Assert.Equal(ExitCode.Usage, outcome.Exit);
        Assert.Contains(mistake, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(api.Lines);
    }

    [Fact]
    public async Task Pages_are_printed_below_each_other_under_one_title()
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/machines", new ItemList<Machine>([Rack.Machine("node-01")], "bm9kZS0wMQ"));
        api.Answer("GET /api/v1/machines?continue=bm9kZS0wMQ", new ItemList<Machine>([Rack.Machine("node-02")]));
        var outcome = await Shell.RunAsync(api, "get", "machines");
        Assert.Equal(["NAME", "node-01", "node-02"], outcome.Lines.Select(l => l.Split(' ')[0]));
        Assert.Equal(2, JsonDocument.Parse((await Shell.RunAsync(api, "get", "machines", "-o", "json")).Output).RootElement
            .GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Json_and_yaml_of_one_thing_are_the_thing_itself_and_secrets_are_no_part_of_it()
    {
        await using var api = await StartAsync();
        var json = JsonDocument.Parse((await Shell.RunAsync(api, "get", "machine", "node-01", "-o", "json")).Output).RootElement;
        Assert.Equal(("node-01", "booting"),
            (json.GetProperty("name").GetString(), json.GetProperty("status").GetProperty("state").GetString()));
        var yaml = (await Shell.RunAsync(api, "get", "machine", "node-01", "-o", "yaml")).Output;
        Assert.StartsWith("apiVersion: v1alpha1\nkind: Machine\nname: node-01\n", yaml, StringComparison.Ordinal);
        Assert.Contains("rack: \"07\"", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("content", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_missing_is_named_and_nothing_is_printed()
    {
        await using var api = await StartAsync();
        var outcome = await Shell.RunAsync(api, "get", "machine", "node-01", "node-99");
        Assert.Equal(new Outcome(ExitCode.NotFound, "", "rackboot: there is no machine node-99\n"), outcome);
    }

    [Fact]
    public async Task Describing_a_machine_shows_it_with_the_timeline_of_its_last_boot()
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/machines/node-01", Rack.Machine("node-01"));
        api.Answer("GET /api/v1/boots/b1",
            Rack.Boot("b1", new TimelineEntry(Rack.Noon.AddSeconds(1.5), BootStage.Program, "tftp", "warning", "asked twice")));
        var output = (await Shell.RunAsync(api, "describe", "machine", "node-01")).Output;
        Assert.Contains("address: 10.20.0.21", output, StringComparison.Ordinal);
        Assert.Contains("boot b1 of node-01: uefi amd64 by pxe, stalled at stage kernel\nnow: nothing was heard for 60 s\n", output,
            StringComparison.Ordinal);
        Assert.Contains("12:00:01.500   1.5s    program   tftp     warning: asked twice", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describing_a_profile_names_the_machines_that_use_it()
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/profiles/default", Rack.Profile("default"));
        Assert.EndsWith("\nused by: node-01, node-02\n", (await Shell.RunAsync(api, "describe", "profile", "default")).Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("boot show b1")]
    [InlineData("describe boot b1")]
    public async Task A_boot_is_shown_as_a_timeline_or_as_data(string command)
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/boots/b1",
            Rack.Boot("b1", new TimelineEntry(Rack.Noon, BootStage.Firmware, "dhcp", "info", "offered 10.20.0.21")));
        Assert.Contains("offered 10.20.0.21", (await Shell.RunAsync(api, command.Split(' '))).Lines[^1], StringComparison.Ordinal);
        var data = await Shell.RunAsync(api, [.. command.Split(' '), "-o", "json"]);
        Assert.Equal("firmware", JsonDocument.Parse(data.Output).RootElement.GetProperty("timeline")[0].GetProperty("stage").GetString());
    }

    [Fact]
    public async Task Explain_says_the_verdict_the_remedy_and_what_was_seen()
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/machines/node-01/explain",
            new Explanation("node-01", "It waits for its kernel.", "Import it.", ["12:00 asked for the kernel"], null));
        Assert.Equal("It waits for its kernel.\nImport it.\n\nObserved:\n  12:00 asked for the kernel\n",
            (await Shell.RunAsync(api, "explain", "node-01")).Output);
        Assert.Contains(
            "remedy: Import it.", (await Shell.RunAsync(api, "explain", "node-01", "-o", "yaml")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_shows_version_and_counters()
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/status", Rack.Status);
        var outcome = await Shell.RunAsync(api, "status");
        Assert.Matches("^rackbootd 0.1.0, up .*, ready after 0.50 s$", outcome.Lines[0]);
        Assert.Equal("dhcp.received   12,345", outcome.Lines[^1]);

        api.Answer("GET /api/v1/status", Rack.Status with { Problems = ["store: the disk is full"] });
        Assert.Equal("problem: store: the disk is full", (await Shell.RunAsync(api, "status")).Lines[1]);
    }

    [Fact]
    public async Task What_a_machine_on_the_network_said_reaches_no_terminal_as_a_command()
    {
        const string hostile = "\u001b]0;owned\u0007\u009b2J\nnode";
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/leases", new ItemList<Lease>([Rack.Lease("10.20.0.21", hostile)]));
        api.Answer("GET /api/v1/machines/node-01/explain", new Explanation("node-01", hostile, hostile, [hostile], null));
        api.Answer("GET /api/v1/boots/b1",
            Rack.Boot("b1", new TimelineEntry(Rack.Noon, BootStage.Firmware, "talos", "info", hostile)) with { Now = hostile });
        foreach (var command in new[] { "lease list", "explain node-01", "boot show b1", "boot show b1 -o yaml", "boot show b1 -o json" })
            Assert.DoesNotContain((await Shell.RunAsync(api, command.Split(' '))).Output, c => char.IsControl(c) && c != '\n');
        Assert.Equal(2, (await Shell.RunAsync(api, "lease", "list")).Lines.Count);
    }

    private static async Task<FakeApi> StartAsync()
    {
        var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines", new ItemList<Machine>([Rack.Machine("node-01"), Rack.Machine("node-02")]));
        api.Answer("GET /api/v1/machines/node-01", Rack.Machine("node-01"));
        api.Refuse("GET /api/v1/machines/node-99", 404, "there is no machine node-99");
        api.Answer("GET /api/v1/profiles", new ItemList<Profile>([Rack.Profile("default")]));
        api.Answer("GET /api/v1/assets",
            new ItemList<Asset>([Rack.Asset("talos/v1.14.0/amd64/kernel"), Rack.Asset("ipxe/arm64/snponly.efi")]));
        api.Answer("GET /api/v1/leases", new ItemList<Lease>([Rack.Lease("10.20.0.21"), Rack.Lease("10.20.0.22")]));
        api.Answer("GET /api/v1/boots", new ItemList<Boot>([Rack.Boot("b1"), Rack.Boot("b2")]));
        return api;
    }
}
