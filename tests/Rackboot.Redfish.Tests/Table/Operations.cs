using System.Globalization;
using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests.Table;

/// <summary>Every operation of the client, in the order in which they are tried on one service.</summary>
internal static class Operations
{
    private static readonly Uri Image = new("http://10.0.0.1/media/boot.iso");
    private static readonly Uri Loader = new("http://10.0.0.1/boot/ipxe.efi");

    public static IReadOnlyList<Operation> All { get; } =
    [
        new("Machine", "Identity", async (
            c, _) => (await c.Discovery.IdentityAsync()).MacAddresses.Count is > 0 and var n ? $"{n} MAC" : "no MAC"),
        new("Machine", "Systems, managers, chassis", async (c, _) =>
            $"{(await c.Discovery.SystemsAsync()).Count}, {(await c.Discovery.ManagersAsync()).Count}, "
                + $"{(await c.Discovery.ChassisAsync()).Count}"),
        new("Power", "Off, on", (c, s) => PowerAsync(c, s, RedfishPowerAction.Off, RedfishPowerAction.On)),
        new("Power", "Cycle", (c, s) => PowerAsync(c, s, RedfishPowerAction.Cycle)),
        new("Power", "Reset", (c, s) => PowerAsync(c, s, RedfishPowerAction.Reset)),
        new("Power", "Soft reset", (c, s) => PowerAsync(c, s, RedfishPowerAction.SoftReset)),
        new("Power", "Soft off", (c, s) => PowerAsync(c, s, RedfishPowerAction.SoftOff)),
        new("Power", "On again", (c, s) => PowerAsync(c, s, RedfishPowerAction.On)),
        new("Power", "Diagnostic interrupt", (c, s) => PowerAsync(c, s, RedfishPowerAction.DiagnosticInterrupt)),
        new("Power", "Restart of the BMC", async (c, _) =>
        {
            await c.Power.RestartManagerAsync();
            return null;
        }),
        new("Boot", "Pxe, once", (c, s) => BootAsync(c, s, new(RedfishBootTarget.Pxe, RedfishBootDuration.Once))),
        new("Boot", "Hdd, once", (c, s) => BootAsync(c, s, new(RedfishBootTarget.Hdd, RedfishBootDuration.Once))),
        new("Boot", "Cd, once", (c, s) => BootAsync(c, s, new(RedfishBootTarget.Cd, RedfishBootDuration.Once))),
        new("Boot", "BiosSetup, once", (c, s) => BootAsync(c, s, new(RedfishBootTarget.BiosSetup, RedfishBootDuration.Once))),
        new("Boot", "Pxe, until changed", (c, s) => BootAsync(c, s, new(RedfishBootTarget.Pxe, RedfishBootDuration.Continuous))),
        new("Boot", "Pxe in UEFI mode",
            (c, s) => BootAsync(c, s, new(RedfishBootTarget.Pxe, RedfishBootDuration.Once, RedfishBootMode.Uefi))),
        new("Boot", "UefiHttp", (c, s) => BootAsync(c, s, new(RedfishBootTarget.UefiHttp, RedfishBootDuration.Once))),
        new("Boot", "UefiHttp with a URL", async (c, s) =>
        {
            if (!(await c.Boot.ReadAsync()).CanSetHttpBootUri)
                return "-";
            await BootAsync(c, s, new(RedfishBootTarget.UefiHttp, RedfishBootDuration.Once, HttpBootUri: Loader));
            return s.Sent("PATCH").Any(r => r.Body.Contains("ipxe.efi", StringComparison.Ordinal) && r.Json.ContainsKey("Attributes"))
                ? "BIOS attribute"
                : "HttpBootUri";
        }),
        new("Boot", "No override", async (c, _) =>
        {
            await c.Boot.SetAsync(RedfishBootOverride.None);
            return null;
        }),
        new("Virtual media", "Insert an image, eject it", async (c, _) =>
        {
            foreach (var used in (await c.Media.ListAsync()).Where(m => m.Inserted))
                await c.Media.EjectAsync(used);
            var slot = await c.Media.InsertAsync(Image);
            await c.Media.EjectAsync(slot);
            return slot.Id;
        }),
        new("Settings", "BIOS attributes", async (c, _) => Count((await c.Bios.ReadAsync()).Attributes.Count, "attribute")),
        new("Settings", "Stage a BIOS attribute", async (c, _) =>
        {
            var (name, value) = (await c.Bios.ReadAsync()).Attributes.Where(a => a.Value is not null)
                .OrderBy(a => a.Key, StringComparer.Ordinal).FirstOrDefault();
            if (name is null)
                return "-";
            var staged = await c.Bios.StageAsync(new Dictionary<string, string> { [name] = Another(value!) });
            return staged.Pending.Count > 0 ? null : "nothing pending";
        }),
        new("Settings", "Secure Boot state", async (c, _) => (await c.SecureBoot.ReadAsync()).Mode),
        new("Settings", "Secure Boot on, off", async (c, _) =>
        {
            await c.SecureBoot.SetAsync(true);
            await c.SecureBoot.SetAsync(false);
            return null;
        }),
        new("Settings", "Reset of its keys", async (c, _) =>
        {
            await c.SecureBoot.ResetKeysAsync(RedfishKeyReset.ResetAllKeysToDefault);
            return null;
        }),
        new("Firmware", "Inventory", async (c, _) => Count((await c.Firmware.ReadAsync()).Count, "item")),
        new("Firmware", "Update that the BMC fetches", async (c, _) =>
        {
            Assert.Equal("Completed", (await c.Firmware.PullAsync(new Uri("https://10.0.0.1/firmware.bin"))).State);
            return null;
        }),
        new("Firmware", "Update that is sent", async (c, s) =>
        {
            await c.Firmware.PushAsync(() => new MemoryStream(new byte[4096]), "firmware.bin");
            var sent = s.Sent("POST").Last(r => !r.Path.Contains("Actions", StringComparison.Ordinal));
            return sent.Body.Contains("UpdateParameters", StringComparison.Ordinal) ? "multipart" : "plain";
        }),
        new("Health", "Sensors", async (c, _) => Count((await c.Sensors.ReadAsync()).Sensors.Count, "sensor")),
        new("Health", "Power drawn", async (c, _) =>
            (await c.Sensors.ReadAsync()).PowerConsumedWatts is { } w ? string.Create(CultureInfo.InvariantCulture, $"{w:0} W") : "-"),
        new("Hardware", "Processors", async (c, _) => Kinds((await c.Hardware.ProcessorsAsync()).Select(p => p.Type ?? "?"))),
        new("Hardware", "Memory", async (
            c, _) => (await c.Hardware.MemoryAsync()).Sum(m => m.CapacityMiB ?? 0) / 1024 is > 0 and var gib ? $"{gib} GiB" : "-"),
        new("Hardware", "Drives", async (c, _) => Count((await c.Hardware.DrivesAsync()).Count, "drive")),
        new("Hardware", "Network adapters", async (c, _) => Count((await c.Hardware.NetworkAdaptersAsync()).Count, "adapter")),
        new("Hardware", "Network ports", async (c, _) => Count((await c.Hardware.EthernetPortsAsync()).Count, "port")),
        new("Hardware", "PCIe devices", async (c, _) => Count((await c.Hardware.PcieDevicesAsync()).Count, "device")),
        new("Hardware", "GPUs and accelerators", async (c, _) => Kinds((await c.Hardware.AcceleratorsAsync()).Select(a => a.Kind))),
        new("Logs", "Event log", async (c, _) => (await c.Logs.ListAsync())
            .FirstOrDefault(l => l.IsEventLog) is { } log ? $"{log.Id}, {(await c.Logs.ReadAsync(log)).Count}" : "-"),
        new("Logs", "Clear it", async (c, _) =>
        {
            if ((await c.Logs.ListAsync()).FirstOrDefault(l => l.IsEventLog) is not { } log)
                return "-";
            await c.Logs.ClearAsync(log);
            Assert.Empty(await c.Logs.ReadAsync(log));
            return null;
        }),
        new("Logs", "Events as they happen", async (c, _) =>
        {
            if (!await c.Events.IsOfferedAsync())
                return "-";
            await foreach (var found in c.Events.FollowAsync())
                Assert.NotNull(found.Message);
            return null;
        }),
        new("Accounts", "Accounts", async (c, _) => Count((await c.Accounts.ListAsync()).Count, "account")),
        new("Accounts", "Change of the password", async (c, s) =>
        {
            if ((await c.Accounts.ListAsync()).All(a => a.UserName != RedfishServer.User))
                return "-";
            await c.Accounts.ChangePasswordAsync(RedfishServer.User, "An0ther-passw0rd");
            Assert.Equal("An0ther-passw0rd", s.Accounts.Passwords[RedfishServer.User]);
            return null;
        }),
    ];

    private static async Task<string?> PowerAsync(RedfishService client, RedfishServer server, params RedfishPowerAction[] actions)
    {
        var before = server.Machine.Resets.Count;
        foreach (var action in actions)
        {
            var reached = await client.Power.SetAsync(action);
            if (ResetLadder.Goal(action) is { } goal)
                Assert.Equal(goal, reached);
        }

        return server.Machine.Resets.Count == before ? null : string.Join(", ", server.Machine.Resets.Skip(before));
    }

    private static async Task<string?> BootAsync(RedfishService client, RedfishServer server, RedfishBootOverride wanted)
    {
        var shown = (await client.Boot.SetAsync(wanted)).Override;
        Assert.Equal((wanted.Target, wanted.Duration), (shown.Target, shown.Duration));
        var word = (string?)server.Sent("PATCH")[^1].Json["Boot"]?["BootSourceOverrideTarget"];
        return word == wanted.Target.ToString() ? null : word;
    }

    private static string Count(int count, string what) => count == 0 ? "-" : $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Kinds(IEnumerable<string> kinds) =>
        string.Join(", ", kinds.GroupBy(k => k).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}"))
            is { Length: > 0 } text ? text : "-";

    private static string Another(string value) =>
        bool.TryParse(value, out var flag) ? (!flag).ToString()
        : long.TryParse(value, CultureInfo.InvariantCulture, out var n) ? (n + 1).ToString(CultureInfo.InvariantCulture) : value + "X";
}
