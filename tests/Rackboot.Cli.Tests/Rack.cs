using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>Things that an API answers.</summary>
internal static class Rack
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static readonly ServerStatus Status = new()
    {
        Version = "0.1.0", Started = Noon, ReadySeconds = 0.5, Counters = new Dictionary<string, long> { ["dhcp.received"] = 12345 },
    };

    public static Machine Machine(string name) => new()
    {
        Name = name,
        Labels = new Dictionary<string, string> { ["rack"] = "07" },
        Macs = ["52:54:00:00:01:04"],
        Profile = "default",
        Address = "10.20.0.21",
        Bmc = new MachineBmc { Driver = BmcDriver.Ipmi, Address = "10.30.0.21", Credential = "bmc" },
        MachineConfig = new MachineConfig { Sha256 = new string('a', 64), Bytes = 12 },
        Status = new MachineStatus
        {
            Id = "m1",
            State = MachineState.Booting,
            Firmware = "uefi",
            Architecture = "amd64",
            Address = "10.20.0.22",
            LastBoot = "b1",
            LastStage = BootStage.Kernel,
            Power = new MachinePower(PowerState.Unknown, null, "no answer", "ipmi", null),
            SeenMacs = ["52:54:00:00:01:05"],
            SeenSerial = "S-1",
            Manufacturer = "Maker",
            Product = "Box",
        },
    };

    public static Credential Credential(string name, params string[] users) =>
        new() { Name = name, Username = "admin", Status = new CredentialStatus { Changed = Noon, UsedBy = users } };

    public static PowerOperation Operation(params PowerProgress[] machines) =>
        new() { Id = "o1", Action = PowerAction.On, By = "alice", Started = Noon, Ended = Noon, Machines = machines };

    public static Profile Profile(string name) =>
        new() { Name = name, Talos = new TalosRelease { Version = "v1.14.0" }, KernelArguments = ["console=ttyS0", "quiet"] };

    public static Asset Asset(string name, long bytes = 1234567) => new(name, bytes, new string('b', 64), Noon, "imported");

    public static Lease Lease(string address, string hostName = "node-01") =>
        new()
        {
            Address = address, Subnet = "10.20.0.0/24", State = "expired", Mac = "52:54:00:00:01:04", HostName = hostName,
            Machine = "node-01", Since = Noon, Expires = Noon,
        };

    public static Boot Boot(string id, params TimelineEntry[] timeline) => new()
    {
        Id = id,
        Machine = "node-01",
        Started = Noon,
        Updated = Noon,
        Stage = BootStage.Kernel,
        Outcome = BootOutcome.Stalled,
        Now = "nothing was heard for 60 s",
        Firmware = "uefi-pxe",
        Architecture = "amd64",
        Stages = new Dictionary<BootStage, DateTimeOffset> { [BootStage.Firmware] = Noon },
        Timeline = timeline,
    };

    public static Event Event(long id, string machine, string text) => new(id, Noon, "boot.stage", "info", machine, "b1", text);
}
