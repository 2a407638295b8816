using System.Text.Json.Nodes;

namespace Rackboot.Core.Power.Drivers;

/// <summary>A virtual machine whose QEMU process stays while it is off: started with <c>-S -no-shutdown</c>, it is a machine that is
/// plugged in and not switched on. Boot once goes through the devices' <c>bootindex</c>, which QEMU hands to the firmware at a
/// reset.</summary>
public sealed class QemuPower(string socket) : IPowerController
{
    private static readonly string[] DeviceFolders = ["/machine/peripheral", "/machine/peripheral-anon"];

    // The boot order to return to once the machine has started.
    private IReadOnlyList<Device>? _usual;

    private sealed record Device(string Path, string Type, long BootIndex)
    {
        public BootTarget? Target =>
            Type.Contains("net", StringComparison.Ordinal) || Type.Contains("e1000", StringComparison.Ordinal)
                || Type.Contains("rtl8139", StringComparison.Ordinal) ? BootTarget.Network
            : Type.Contains("blk", StringComparison.Ordinal) || Type.EndsWith("-hd", StringComparison.Ordinal)
                || Type.StartsWith("nvme", StringComparison.Ordinal) ? BootTarget.Disk
            : null;
    }

    public bool ReadsState => true;

    public async Task<PowerState> ReadStateAsync(CancellationToken cancel)
    {
        await using var qmp = await QmpConnection.OpenAsync(socket, cancel).ConfigureAwait(false);
        return await StateAsync(qmp, cancel).ConfigureAwait(false);
    }

    public async Task SwitchAsync(PowerSwitch to, CancellationToken cancel)
    {
        await using var qmp = await QmpConnection.OpenAsync(socket, cancel).ConfigureAwait(false);
        switch (to)
        {
            case PowerSwitch.On:
                await ResetAsync(qmp, cancel).ConfigureAwait(false);
                await qmp.ExecuteAsync("cont", null, cancel).ConfigureAwait(false);
                break;
            case PowerSwitch.Off:
                await qmp.ExecuteAsync("stop", null, cancel).ConfigureAwait(false);
                await qmp.ExecuteUntilAsync("system_reset", "RESET", cancel).ConfigureAwait(false);
                break;
            case PowerSwitch.Reset:
                await ResetAsync(qmp, cancel).ConfigureAwait(false);
                break;
            case PowerSwitch.Soft:
                await qmp.ExecuteAsync("system_powerdown", null, cancel).ConfigureAwait(false);
                break;
        }
    }

    public async Task SetBootOnceAsync(BootTarget target, CancellationToken cancel)
    {
        await using var qmp = await QmpConnection.OpenAsync(socket, cancel).ConfigureAwait(false);
        var devices = await DevicesAsync(qmp, cancel).ConfigureAwait(false);
        if (devices.FirstOrDefault(d => d.Target == target) is not { } first)
            throw new PowerException(PowerFailure.NotSupported, target == BootTarget.Bios
                ? "QEMU cannot enter its firmware setup"
                : $"the virtual machine has no {(target == BootTarget.Network ? "network card" : "disk")} to boot from");
        _usual ??= devices;
        await OrderAsync(qmp, [.. devices.Select(d => d with { BootIndex = d == first ? 0 : d.BootIndex < 0 ? -1 : d.BootIndex + 1 })],
            cancel).ConfigureAwait(false);
    }

    public async Task<BootOverride> ReadBootAsync(CancellationToken cancel)
    {
        await using var qmp = await QmpConnection.OpenAsync(socket, cancel).ConfigureAwait(false);
        var first = (await DevicesAsync(qmp, cancel).ConfigureAwait(false)).Where(d => d.BootIndex >= 0).MinBy(d => d.BootIndex);
        return first is null
            ? new BootOverride(null, "the firmware's own order")
            : new BootOverride(first.Target, $"{first.Type} (bootindex {first.BootIndex})");
    }

    public Task IdentifyAsync(TimeSpan duration, CancellationToken cancel) =>
        throw new PowerException(PowerFailure.NotSupported, "a virtual machine has no locator lamp");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<PowerState> StateAsync(QmpConnection qmp, CancellationToken cancel)
    {
        // QEMU qapi/run-state.json, RunState.
        var status = (string?)(await qmp.ExecuteAsync("query-status", null, cancel).ConfigureAwait(false))["status"];
        return status is "shutdown" or "prelaunch" or "paused" ? PowerState.Off : PowerState.On;
    }

    private async Task ResetAsync(QmpConnection qmp, CancellationToken cancel)
    {
        await qmp.ExecuteUntilAsync("system_reset", "RESET", cancel).ConfigureAwait(false);
        if (Interlocked.Exchange(ref _usual, null) is { } usual)
            await OrderAsync(qmp, usual, cancel).ConfigureAwait(false);
    }

    private static async Task<List<Device>> DevicesAsync(QmpConnection qmp, CancellationToken cancel)
    {
        var devices = new List<Device>();
        foreach (var folder in DeviceFolders)
            foreach (var child in (await qmp.ExecuteAsync("qom-list", new JsonObject { ["path"] = folder }, cancel)
                .ConfigureAwait(false)).AsArray())
            {
                if ((string?)child?["type"] is not { } type || !type.StartsWith("child<", StringComparison.Ordinal))
                    continue;
                var device = new Device($"{folder}/{child["name"]}", type[6..^1], -1);
                if (device.Target is not null)
                    devices.Add(device with { BootIndex = (long)await qmp.ExecuteAsync(
                        "qom-get", new JsonObject { ["path"] = device.Path, ["property"] = "bootindex" }, cancel).ConfigureAwait(false) });
            }

        return devices;
    }

    // No two devices may have the same index at any moment.
    private static async Task OrderAsync(QmpConnection qmp, IReadOnlyList<Device> devices, CancellationToken cancel)
    {
        foreach (var device in devices.Select(d => d with { BootIndex = -1 }).Concat(devices.Where(d => d.BootIndex >= 0)))
            await qmp.ExecuteAsync(
                "qom-set", new JsonObject { ["path"] = device.Path, ["property"] = "bootindex", ["value"] = device.BootIndex },
                cancel).ConfigureAwait(false);
    }
}
