using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Profiles;
using Rackboot.Core.Storage;
using Rackboot.Dhcp;

namespace Rackboot.Bench.TalosRack;

/// <summary>A store with machines whose systems are just starting.</summary>
internal static class State
{
    private static Profile Profile { get; } = new() { Name = "bench", TalosVersion = "v1.13.9", Architecture = "amd64" };

    /// <param name="configured">Each machine has a configuration, which it may have, and a profile by which it boots Talos.</param>
    public static async Task PrepareAsync(string data, int count, bool configured)
    {
        var time = TimeProvider.System;
        Directory.CreateDirectory(data);
        var store = SqliteStore.Open(Path.Combine(data, "rackboot.db"), NullLogger.Instance);
        await using (store.ConfigureAwait(false))
        {
            var events = new EventLog(store, time, NullLogger<EventLog>.Instance);
            var (inventory, boots) = (new Inventory(store, events, time), new BootLog(store, events, time));
            var description = new Description(
                configured ? [new ProfilePut(Profile)] : [], [], [.. Enumerable.Range(0, count).Select(n => Machine(n, configured))]);
            var machines = await inventory.ApplyAsync(description, dryRun: false).ConfigureAwait(false);
            var leases = new List<Lease>();
            foreach (var (machine, number) in machines.Machines.Select((m, i) => (m.Document!, i)))
            {
                boots.Note(machine, BootStage.System, "bench", "its system starts", change: b => b with { Outcome = BootOutcome.Running });
                await boots.CommitAsync(machine.Id, b => b).ConfigureAwait(false);
                leases.Add(Lease(machine, number, time.GetUtcNow()));
                if (configured)
                    await inventory.Provisioning.ArmAsync(machine, "bench", "it is measured").ConfigureAwait(false);
            }

            await new StoredLeases(store).CommitAsync(leases, default).ConfigureAwait(false);
        }
    }

    public static MacAddress Mac(int number) =>
        MacAddress.TryParse($"525400{number:x6}", out var mac) ? mac : throw new ArgumentOutOfRangeException(nameof(number));

    private static MachinePut Machine(int number, bool configured)
    {
        var config = configured
            ? new Secret($"version: v1alpha1\nmachine: {{ type: worker, nodeLabels: {{ number: '{number}' }} }}\n")
            : null;
        return new MachinePut(
            $"node-{number:d4}",
            new MachineSpec
            {
                Macs = [Mac(number)],
                Labels = new Dictionary<string, string> { ["rack"] = "r1" },
                Profile = configured ? Profile.Name : null,
                Config = config is null ? null : new MachineConfigDigest(config.Sha256, config.Length),
            },
            config);
    }

    private static Lease Lease(Machine machine, int number, DateTimeOffset now) => new()
    {
        Address = Program.Address(number),
        State = LeaseState.Bound,
        Holder = DhcpBoot.HolderOf(machine.Id),
        HardwareAddress = Mac(number).ToString(),
        Subnet = "10.44.0.0/16",
        Since = now,
        Expires = now.AddHours(1),
    };
}
