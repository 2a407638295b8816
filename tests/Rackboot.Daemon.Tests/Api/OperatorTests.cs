using System.Net;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using BootOutcome = Rackboot.Core.Boot.BootOutcome;
using BootStage = Rackboot.Core.Boot.BootStage;
using Machine = Rackboot.Contracts.Machine;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>What operators do to many things at once, and how machines stand.</summary>
public sealed class OperatorTests
{
    private static readonly MacAddress Mac = MacAddress.TryParse("52:54:00:00:01:01", out var mac) ? mac : default;

    [Fact]
    public async Task A_dry_run_of_a_deletion_judges_each_thing_as_if_those_before_it_were_gone_and_deletes_none()
    {
        await using var api = await StartAsync();
        DeleteItem[] items = [new("Machine", "a1"), new("Machine", "a2"), new("Profile", "default"), new("Machine", "a9"),
            new("Machine", "a1")];
        int[] expected = [204, 204, 204, 404, 404];
        var dry = await api.Client.DeleteAsync(items, dryRun: true);
        Assert.Equal(expected, dry.Select(r => r.Status));
        Assert.Equal(2, (await api.Client.GetMachinesAsync()).Count);
        Assert.Equal(409, (await api.Client.DeleteAsync([new("Machine", "a1"), new("Profile", "default")], dryRun: true))[1].Status);

        Assert.Equal(expected, (await api.Client.DeleteAsync(items)).Select(r => r.Status));
        Assert.Empty(await api.Client.GetMachinesAsync());
        Assert.Equal("unused", Assert.Single(await api.Client.GetProfilesAsync()).Name);
    }

    [Theory]
    [InlineData("/machines/a1")]
    [InlineData("/profiles/unused")]
    public async Task A_single_thing_can_be_deleted_dry(string path)
    {
        await using var api = await StartAsync();
        using var dry = await api.SendAsync(HttpMethod.Delete, $"{ApiPaths.Root}{path}?dryRun=true");
        Assert.Equal(HttpStatusCode.NoContent, dry.StatusCode);
        using var after = await api.SendAsync(HttpMethod.Get, ApiPaths.Root + path);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task Labels_are_set_and_removed_on_all_chosen_machines_or_on_none()
    {
        await using var api = await StartAsync();
        var results = await api.Client.LabelAsync(
            new LabelOrder { Selector = "rack=r1", Set = new Dictionary<string, string> { ["role"] = "worker" }, Remove = ["rack"] });
        Assert.Equal([("a1", ApplyOutcome.Configured), ("a2", ApplyOutcome.Configured)], results.Select(r => (r.Name, r.Outcome)));
        Assert.All(await api.Client.GetMachinesAsync(), m =>
            Assert.Equal(new Dictionary<string, string> { ["role"] = "worker" }, m.Labels));

        await api.Client.LabelAsync(
            new LabelOrder { Machines = ["a2"], Set = new Dictionary<string, string> { ["role"] = "spare" }, Overwrite = true });
        var clash = await Assert.ThrowsAsync<ApiException>(
            () => api.Client.LabelAsync(new LabelOrder { All = true, Set = new Dictionary<string, string> { ["role"] = "worker" } }));
        Assert.Equal((HttpStatusCode.Conflict, "a2 already has role=spare; to replace it, add --overwrite"), (clash.Status, clash.Message));
        Assert.Equal("spare", (await api.Client.GetMachineAsync("a2")).Value.Labels!["role"]);
    }

    [Fact]
    public async Task A_dry_run_labels_nothing()
    {
        await using var api = await StartAsync();
        var results = await api.Client.LabelAsync(new LabelOrder { All = true, Remove = ["rack"] }, dryRun: true);
        Assert.All(results, r => Assert.Equal(ApplyOutcome.Configured, r.Outcome));
        Assert.All(await api.Client.GetMachinesAsync(), m => Assert.Equal("r1", m.Labels!["rack"]));
    }

    [Fact]
    public async Task A_machine_that_nobody_saw_has_no_times_and_its_state_follows_its_boot_and_its_bmc()
    {
        await using var api = await StartAsync();
        var status = await StatusAsync();
        Assert.Equal((MachineState.Unseen, null, null), (status.State, status.FirstSeen, status.LastSeen));

        var machine = api.Inventory.Observe(new MachineIdentity { Mac = Mac }, FirmwareKind.Uefi, "amd64");
        Assert.Equal(MachineState.Seen, (await StatusAsync()).State);
        Assert.NotNull((await StatusAsync()).LastSeen);
        foreach (var (outcome, state) in new[]
        {
            (BootOutcome.Running, MachineState.Booting), (BootOutcome.Waiting, MachineState.Waiting),
                (BootOutcome.Stalled, MachineState.Stalled),
            (BootOutcome.Failed, MachineState.Failed), (BootOutcome.Disk, MachineState.Disk),
                (BootOutcome.Succeeded, MachineState.Reported),
        })
        {
            api.Boots.Note(machine, BootStage.Kernel, "test", outcome.ToString(), change: b => b with { Outcome = outcome });
            Assert.Equal(state, (await StatusAsync()).State);
            Assert.Equal(["a1"], await NamesAsync(new MachineQuery { States = [state] }));
        }

        Assert.Equal(["a1"], await NamesAsync(new MachineQuery { Stages = [Contracts.BootStage.Kernel] }));
        await api.Client.GetPowerAsync("a1");
        Assert.Equal(MachineState.Off, (await StatusAsync()).State);
        Assert.Equal(["a1"], await NamesAsync(
            new MachineQuery { Powers = [PowerState.Off], States = [MachineState.Off, MachineState.Booting] }));
        Assert.Equal(["a2"], await NamesAsync(new MachineQuery { Powers = [PowerState.Unknown] }));

        // What its last boot came to is no longer so as soon as it is started again.
        var on = await api.Client.PowerAsync("a1", new PowerRequest { Action = PowerAction.On });
        await foreach (var _ in api.Client.FollowAsync(on.Id))
            continue;
        Assert.Equal(MachineState.Starting, (await StatusAsync()).State);
        api.Boots.Note(machine, BootStage.Firmware, "test", "it asks", change: b => b with { Outcome = BootOutcome.Running });
        Assert.Equal(MachineState.Booting, (await StatusAsync()).State);

        async Task<MachineStatus> StatusAsync() => (await api.Client.GetMachineAsync("a1")).Value.Status!;

        async Task<List<string>> NamesAsync(MachineQuery query)
        {
            var names = new List<string>();
            await foreach (var page in api.Client.GetMachinePagesAsync(query))
            {
                Assert.All(page, m => Assert.True(query.Matches(m)));
                names.AddRange(page.Select(m => m.Name));
            }

            return names;
        }
    }

    [Fact]
    public async Task Events_name_who_changed_what()
    {
        await using var api = await StartAsync();
        await api.Client.PutCredentialAsync(new Credential { Name = "bmc", Username = "admin", Password = "x" });
        await api.Client.DeleteCredentialAsync("bmc");
        await api.Client.LabelAsync(new LabelOrder { Machines = ["a1"], Remove = ["rack"] });
        await api.Client.DeleteMachineAsync("a1");
        await api.Client.DeleteProfileAsync("unused");
        var me = Environment.UserName;
        var told = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var e in api.Client.WatchAsync(0, limit.Token))
        {
            told.Add($"{e.Kind} {e.Machine}: {e.Text}");
            if (e.Kind == "profile.deleted")
                break;
        }

        Assert.Superset(
            new HashSet<string>
            {
                $"profile.changed : profile default created by {me}", $"machine.accepted a1: accepted by {me}",
                    $"credential.changed : credential bmc created by {me}",
                $"credential.deleted : credential bmc deleted by {me}", $"machine.changed a1: changed by {me}",
                    $"machine.deleted a1: deleted by {me}",
                $"profile.deleted : profile unused deleted by {me}",
            },
            told.ToHashSet());
    }

    // Two machines that use a profile, and a profile that nobody uses.
    private static async Task<RunningApi> StartAsync()
    {
        var api = await RunningApi.StartAsync();
        foreach (var name in new[] { "default", "unused" })
            await api.Client.PutProfileAsync(new Contracts.Profile { Name = name, Talos = new TalosRelease { Version = "v1.14.0" } });
        await api.Client.PutCredentialAsync(new Credential { Name = "kg", Username = "admin", Password = "x" });
        var bmc = new MachineBmc { Driver = BmcDriver.Ipmi, Address = "10.30.0.1", Credential = "kg" };
        await api.Client.PutMachineAsync(Machine("a1", "52:54:00:00:01:01") with { Bmc = bmc });
        await api.Client.PutMachineAsync(Machine("a2", "52:54:00:00:01:02"));
        return api;
    }

    private static Machine Machine(string name, string mac) =>
        new() { Name = name, Macs = [mac], Profile = "default", Labels = new Dictionary<string, string> { ["rack"] = "r1" } };
}
