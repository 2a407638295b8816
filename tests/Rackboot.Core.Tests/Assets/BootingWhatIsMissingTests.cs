using System.Net;
using Rackboot.Core.Assets;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Profiles;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests.Assets;

/// <summary>A machine that is to boot what is not here yet.</summary>
public sealed class BootingWhatIsMissingTests
{
    private const string Mac = "52:54:00:00:01:04";

    private static readonly Profile Profile = new() { Name = "default", TalosVersion = "v1.13.9", Architecture = "amd64" };

    private static readonly BootRequest Script = new(BootClient.IpxeScript, null);

    [Fact]
    public void Without_an_upstream_the_machine_waits_and_both_ways_to_get_the_file_are_said()
    {
        var wait = Assert.IsType<BootAnswer.Wait>(BootPolicy.Decide(Machine(), Script, Knowledge()));
        Assert.True(wait.IsProblem);
        Assert.Contains("import it: rackboot asset import --version v1.13.9 --arch amd64 ", wait.Because, StringComparison.Ordinal);
        Assert.Contains("fetch it with: rackboot asset pull v1.13.9 --arch amd64", wait.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void With_an_upstream_what_is_missing_is_fetched_and_machines_go_on_once_it_arrives()
    {
        var fetch = Assert.IsType<BootAnswer.Fetch>(BootPolicy.Decide(Machine(), Script, Knowledge() with { FetchesMissing = true }));
        Assert.Equal([Profile.KernelAsset, Profile.InitramfsAsset], fetch.Assets);
        var half = Knowledge() with { FetchesMissing = true, IsArriving = name => name == Profile.KernelAsset };
        Assert.Equal([Profile.InitramfsAsset], Assert.IsType<BootAnswer.Fetch>(BootPolicy.Decide(Machine(), Script, half)).Assets);
        Assert.IsType<BootAnswer.Talos>(
            BootPolicy.Decide(Machine(), Script, Knowledge() with { FetchesMissing = true, IsArriving = _ => true }));
    }

    [Fact]
    public async Task The_first_script_begins_the_fetch_and_a_later_one_boots()
    {
        await using var outside = await PullRack.StartAsync();
        var rack = outside.Rack;
        var desk = new BootDesk(rack.Inventory, rack.Assets, rack.Boots, rack.Configs, rack.Trust, rack.Refusals)
        {
            Settings = rack.Desk.Settings,
            Pulls = outside.Pulls,
        };
        await rack.Inventory.PutProfileAsync(Profile, null, dryRun: false);
        await rack.AcceptAsync("node-01", new MachineSpec { Macs = [Rack.Mac(Mac)], Profile = "default" });
        var address = IPAddress.Parse("10.20.0.21");
        rack.Lease(address, rack.Inventory.Fleet.Named("node-01")!.Id, Mac);
        var gate = new TaskCompletionSource();
        outside.Factory.Gate = gate.Task;

        Assert.DoesNotContain("/assets/", await ScriptAsync(), StringComparison.Ordinal);
        var fetches = new[] { Profile.KernelAsset, Profile.InitramfsAsset }.Select(name => outside.Fetches.Find(name)!).ToList();
        gate.SetResult();
        await Task.WhenAll(fetches.Select(f => f.Completion));
        Assert.Contains($"/assets/{Profile.KernelAsset}", await ScriptAsync(), StringComparison.Ordinal);

        Task<string?> ScriptAsync() =>
            desk.ScriptAsync(new ScriptRequest(
                new MachineIdentity { Mac = Rack.Mac(Mac) }, FirmwareKind.Uefi, "amd64", address, Rack.Device, Rack.Server));
    }

    private static Machine Machine() => new()
    {
        Id = MachineId.New(DateTimeOffset.UnixEpoch),
        Name = "node-01",
        Spec = new MachineSpec { Macs = [Rack.Mac(Mac)], Profile = "default" },
        Observed = new MachineObservation { FirstSeen = DateTimeOffset.UnixEpoch, LastSeen = DateTimeOffset.UnixEpoch },
    };

    private static BootKnowledge Knowledge() => new(
        new MachinePolicy(UnknownMachines.Discover, null, IdleMachines.Wait), new Dictionary<string, Profile> { ["default"] = Profile },
        new Dictionary<string, Asset>());
}
