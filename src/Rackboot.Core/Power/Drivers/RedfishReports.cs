using System.Text;
using Rackboot.Core.Machines;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Firmware;
using Rackboot.Core.Power.Reports;
using Rackboot.Redfish;

namespace Rackboot.Core.Power.Drivers;

/// <summary>What a BMC tells over Redfish.</summary>
internal sealed class RedfishReports(RedfishPower bmc, RedfishService service, BmcContact contact) : IBmcReports
{
    public Task<IReadOnlyList<BmcFact>> InfoAsync(CancellationToken cancel) => bmc.AskAsync<IReadOnlyList<BmcFact>>(async () =>
    {
        var who = await service.Discovery.IdentityAsync(cancel).ConfigureAwait(false);
        var root = await service.ReadRootAsync(cancel).ConfigureAwait(false);
        var power = await service.Power.ReadAsync(cancel).ConfigureAwait(false);
        (string Part, string Name, string? Value)[] facts =
        [
            ("machine", "manufacturer", who.Manufacturer), ("machine", "model", who.Model), ("machine", "serial number", who.SerialNumber),
            ("machine", "sku", who.Sku),
            ("machine", "part number", who.PartNumber), ("machine", "uuid", who.Uuid), ("machine", "host name", who.HostName),
            ("machine", "bios", who.BiosVersion),
            ("machine", "macs", string.Join(", ", who.MacAddresses)), ("machine", "health", power.Health),
            ("machine", "power", EnumWord.Of(power.State)),
            ("machine", "system id", who.SystemId), ("bmc", "model", who.ManagerModel), ("bmc", "firmware", who.ManagerFirmware),
            ("bmc", "vendor", root.Vendor),
            ("bmc", "redfish", root.RedfishVersion), ("bmc", "certificate", service.CertificatePin),
        ];
        return [.. facts.Where(f => !string.IsNullOrWhiteSpace(f.Value)).Select(f => new BmcFact(f.Part, f.Name, f.Value!))];
    });

    public Task<IReadOnlyList<BmcSensor>> SensorsAsync(CancellationToken cancel) => bmc.AskAsync<IReadOnlyList<BmcSensor>>(async () =>
        [.. (await service.Sensors.ReadAsync(cancel).ConfigureAwait(false)).Sensors.Select(s => new BmcSensor(
            s.Name, s.Value, s.Unit == "Cel" ? "°C" : s.Unit, Severity(s.Health), s.Value is null ? "no reading" : null))]);

    public Task<IReadOnlyList<BmcLogEntry>> LogAsync(
        int most, CancellationToken cancel) => bmc.AskAsync<IReadOnlyList<BmcLogEntry>>(async () =>
    {
        var entries = await service.Logs.ReadAsync(await LogAsync(cancel).ConfigureAwait(false), most, cancel).ConfigureAwait(false);
        return [.. entries.Select(e => new BmcLogEntry(e.Id, e.Created, Severity(e.Severity), e.Message ?? e.MessageId ?? ""))
            .OrderBy(e => e.Time ?? DateTimeOffset.MinValue)];
    });

    public Task ClearLogAsync(CancellationToken cancel) => bmc.AskAsync(async () =>
    {
        await service.Logs.ClearAsync(await LogAsync(cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        return true;
    });

    public Task<IReadOnlyList<BmcFact>> PartsAsync(CancellationToken cancel) => bmc.AskAsync<IReadOnlyList<BmcFact>>(async () =>
    {
        var facts = new List<BmcFact>();
        foreach (var p in await service.Hardware.ProcessorsAsync(cancel).ConfigureAwait(false))
            Add($"{p.Type ?? "processor"} {p.Id}", ("model", p.Model), ("cores", p.Cores?.ToString()), ("health", p.Health));
        foreach (var m in await service.Hardware.MemoryAsync(cancel).ConfigureAwait(false))
            Add($"memory {m.Id}", ("size", m.CapacityMiB is { } size ? $"{size} MiB" : null), ("part number", m.PartNumber),
                ("serial number", m.SerialNumber), ("health", m.Health));
        foreach (var d in await service.Hardware.DrivesAsync(cancel).ConfigureAwait(false))
            Add($"drive {d.Id}", ("model", d.Model), ("size", d.CapacityBytes is { } size ? $"{size / 1_000_000_000} GB" : null),
                ("serial number", d.SerialNumber), ("health", d.Health));
        return facts;

        void Add(string part, params (string Name, string? Value)[] values) =>
            facts.AddRange(values.Where(v => !string.IsNullOrWhiteSpace(v.Value)).Select(v => new BmcFact(part, v.Name, v.Value!)));
    });

    public Task<IReadOnlyList<MacAddress>> CardsAsync(CancellationToken cancel) => bmc.AskAsync<IReadOnlyList<MacAddress>>(async () =>
        [.. (await service.Discovery.MacAddressesAsync(cancel).ConfigureAwait(false))
            .Select(m => MacAddress.TryParse(m, out var mac) && mac.IsUnicast ? mac : (MacAddress?)null).OfType<MacAddress>()]);

    public Task<IReadOnlyList<BmcMediaSlot>> MediaAsync(CancellationToken cancel) => bmc.AskAsync<IReadOnlyList<BmcMediaSlot>>(async () =>
        [.. (await service.Media.ListAsync(cancel).ConfigureAwait(false)).Where(s => s.IsUsable)
            .Select(s => new BmcMediaSlot(s.Id, string.Join(", ", s.Types), s.Inserted, s.Image))]);

    public Task InsertMediaAsync(Uri image, CancellationToken cancel) =>
        bmc.AskAsync(() => service.Media.InsertAsync(image, cancellation: cancel));

    public Task EjectMediaAsync(CancellationToken cancel) => bmc.AskAsync(async () =>
    {
        foreach (var slot in await service.Media.ListAsync(cancel).ConfigureAwait(false))
            if (slot.IsUsable && slot.Inserted)
                await service.Media.EjectAsync(slot, cancel).ConfigureAwait(false);
        return true;
    });

    public Task<IReadOnlyList<BmcFirmware>> FirmwareAsync(CancellationToken cancel) => bmc.AskAsync<IReadOnlyList<BmcFirmware>>(async () =>
        [.. (await service.Firmware.ReadAsync(cancel).ConfigureAwait(false))
            .Select(f => new BmcFirmware(f.Id, f.Name, f.Version, f.Updateable))]);

    public Task<string> UpdateAsync(FirmwareImage image, Action<string> progress, CancellationToken cancel) => bmc.AskAsync(async () =>
    {
        var end = image.Path is { } path
            ? await SendAsync(image, path, progress, cancel).ConfigureAwait(false)
            : await service.Firmware.PullAsync(image.Url, progress: new Steps(progress), cancellation: cancel).ConfigureAwait(false);
        return end.State == "Scheduled"
            ? $"{image.Name} takes effect when the machine restarts: rackboot power cycle {contact.Machine}"
            : $"{image.Name} is installed";
    });

    // A BMC that takes no files may fetch them.
    private async Task<RedfishTaskProgress> SendAsync(FirmwareImage image, string path, Action<string> progress, CancellationToken cancel)
    {
        try
        {
            return await service.Firmware.PushAsync(
                () => File.OpenRead(path), image.Name, progress: new Steps(progress), cancellation: cancel).ConfigureAwait(false);
        }
        catch (RedfishException e) when (e.Failure == RedfishFailure.NotSupported)
        {
            progress($"it accepts no uploads; asking it to fetch {image.Url}");
            return await service.Firmware.PullAsync(image.Url, progress: new Steps(progress), cancellation: cancel).ConfigureAwait(false);
        }
    }

    private sealed class Steps(Action<string> progress) : IProgress<RedfishTaskProgress>
    {
        public void Report(RedfishTaskProgress value) =>
            progress($"installing{(value.Percent is { } done ? $" {done} %" : "")}: {value.State}"
                + (value.Message is { } said ? $" ({said})" : ""));
    }

    public Task ChangePasswordAsync(Secret next, CancellationToken cancel) => bmc.AskAsync(async () =>
    {
        await service.Accounts.ChangePasswordAsync(contact.Login?.Username ?? "", Encoding.UTF8.GetString(next.Reveal().Span), cancel)
            .ConfigureAwait(false);
        return true;
    });

    private async Task<RedfishLog> LogAsync(CancellationToken cancel)
    {
        var logs = await service.Logs.ListAsync(cancel).ConfigureAwait(false);
        return logs.FirstOrDefault(l => l.IsEventLog) ?? (logs.Count > 0
            ? logs[0]
            : throw new PowerException(PowerFailure.NotSupported, $"{contact.Spec.Endpoint} has no event log"));
    }

    private static BmcSeverity Severity(string? word) =>
        word switch { "Critical" => BmcSeverity.Critical, "Warning" => BmcSeverity.Warning, _ => BmcSeverity.Ok };
}
