using System.Net;
using System.Text;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Profiles;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;
using Rackboot.Talos.Configuration;

namespace Rackboot.Core.Tests;

/// <summary>Machines whose profile carries Omni's join parameters.</summary>
public sealed class OmniTests
{
    private const string Card = "52:54:00:00:00:0a";
    private const string JoinToken = "w7uVuW3zbVKIYQuzEcyetAHeYMeo5q2L9RvkAVfCfSCD";
    private static readonly IPAddress At = IPAddress.Parse("10.20.0.50");

    [Fact]
    public async Task An_armed_machine_gets_the_join_parameters_in_its_script_and_in_its_configuration()
    {
        await using var rack = await StartAsync();
        var script = await ArmedScriptAsync(rack);
        Assert.Contains($"siderolink.api=https://omni.example.org:8090?jointoken={JoinToken}&grpc_tunnel=true", script,
            StringComparison.Ordinal);
        Assert.Contains("talos.events.sink=[fdae:41e4:649b:9303::1]:8090", script, StringComparison.Ordinal);
        Assert.Contains("talos.logging.kernel=tcp://[fdae:41e4:649b:9303::1]:8092", script, StringComparison.Ordinal);
        Assert.DoesNotContain("talos.logging.kernel=tcp://10.20.0.1", script, StringComparison.Ordinal);

        var configuration = Encoding.UTF8.GetString(Open(rack, script!).Config!.Reveal().Span);
        Assert.Contains("kind: SideroLinkConfig", configuration, StringComparison.Ordinal);
        Assert.Contains(JoinToken, configuration, StringComparison.Ordinal);
        var mistakes = new List<ConfigurationMistake>();
        Assert.Equal(2, MachineConfiguration.Read(configuration, new ConfigurationOptions(), mistakes).Documents.Count);
        Assert.Empty(mistakes);
    }

    [Fact]
    public async Task The_appliance_stops_once_the_machine_has_what_it_joins_with()
    {
        await using var rack = await StartAsync();
        var answer = Open(rack, (await ArmedScriptAsync(rack))!);
        await rack.Configs.DeliveredAsync(answer.Machine!, answer.Boot!, At, 100);
        Assert.Equal(BootOutcome.Succeeded, rack.Boots.Current(answer.Machine!.Id)!.Outcome);
        Assert.False(rack.Inventory.Provisioning.Of(answer.Machine.Id).IsArmed);
        var next = await rack.ScriptAsync(Card, At);
        Assert.DoesNotContain("siderolink", next, StringComparison.Ordinal);
        Assert.Contains("it was provisioned", BootPolicy.Decide(rack.Inventory.Fleet.Named("node"),
            new BootRequest(BootClient.IpxeScript, null), rack.Desk.Knowledge).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_nobody_armed_and_a_stranger_get_no_token()
    {
        await using var rack = await StartAsync();
        Assert.DoesNotContain(JoinToken, await rack.ScriptAsync(Card, At), StringComparison.Ordinal);
        await rack.Inventory.Provisioning.ArmAsync(rack.Inventory.Fleet.Named("node")!, "root", "test");
        Assert.DoesNotContain(JoinToken, await rack.ScriptAsync(Card, IPAddress.Parse("10.20.0.60")) ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain(JoinToken, await rack.ScriptAsync("52:54:00:00:00:0b", At) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_sealed_on_disk_in_no_event_and_outlives_a_restart_and_a_change_that_leaves_it_out()
    {
        await using var rack = await StartAsync();
        var kept = rack.Inventory.Profiles["omni"];
        Assert.Null((await rack.Inventory.PutProfileAsync(
            kept with { KernelArguments = ["quiet"], Omni = kept.Omni! with { TokenSha256 = null } }, null, dryRun: false)).Refusal);
        await rack.SettleAsync();
        Assert.DoesNotContain(rack.EventsSoFar(), e => e.Text.Contains(JoinToken, StringComparison.Ordinal));
        Assert.DoesNotContain(JoinToken, Encoding.UTF8.GetString(StoreJson.Write(rack.Inventory.Profiles["omni"])),
            StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(rack.Directory, "rackboot.db*"))
            Assert.DoesNotContain(JoinToken, Encoding.Latin1.GetString(await ReadAsync(file)), StringComparison.Ordinal);
        await rack.RestartAsync();
        Assert.Equal(JoinToken, Encoding.UTF8.GetString(rack.Inventory.JoinToken("omni")!.Reveal().Span));
        Assert.True(rack.Inventory.Fleet.Named("node")!.HasConfiguration);
    }

    [Fact]
    public async Task A_profile_that_joins_Omni_without_a_token_is_refused_and_one_that_leaves_Omni_forgets_it()
    {
        await using var rack = await StartAsync();
        var profile = rack.Inventory.Profiles["omni"];
        var refused = await rack.Inventory.PutProfileAsync(
            profile with { Name = "other", Omni = profile.Omni! with { TokenSha256 = null } }, null, dryRun: false);
        Assert.Equal("/omni/joinToken", refused.Refusal!.Path);
        await rack.Inventory.PutProfileAsync(profile with { Omni = null }, null, dryRun: false);
        Assert.Null(rack.Inventory.JoinToken("omni"));
        Assert.False(rack.Inventory.Fleet.Named("node")!.HasConfiguration);
    }

    private static async Task<Rack> StartAsync()
    {
        var rack = Rack.Start();
        var plain = await rack.ProfileAsync();
        var token = new Secret(JoinToken);
        var join = new OmniJoin("https://omni.example.org:8090", Tunnel: true, "[fdae:41e4:649b:9303::1]:8090",
            "tcp://[fdae:41e4:649b:9303::1]:8092", token.Sha256);
        Assert.Null((await rack.Inventory.PutProfileAsync(
            new ProfilePut(plain with { Name = "omni", Version = 0, Omni = join }, null, token), dryRun: false)).Refusal);
        var machine = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(Card)], Profile = "omni" });
        rack.Lease(At, machine.Id, Card);
        return rack;
    }

    private static async Task<string?> ArmedScriptAsync(Rack rack)
    {
        await rack.Inventory.Provisioning.ArmAsync(rack.Inventory.Fleet.Named("node")!, "root", "test");
        return await rack.ScriptAsync(Card, At);
    }

    private static ConfigAnswer Open(Rack rack, string script)
    {
        var token = script.Split("/config/")[1].Split('?')[0];
        return rack.Configs.Open(token, At, Rack.Device, new ConfigQuery(null, null));
    }

    // The store has it open.
    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
