using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Reports;
using Rackboot.Ipmi;

namespace Rackboot.Core.Power.Drivers;

/// <summary>What a BMC tells over IPMI.</summary>
internal sealed class IpmiReports(IpmiPower bmc, BmcContact contact) : IBmcReports
{
    // IPMI 2.0 §6.3: "the channel that this request came over".
    private const byte ThisChannel = 0x0E;
    private const byte MainFru = 0;
    private const int MostLogEntries = 20_000;

    // A BMC's sensors stay as they are while it runs, and reading all their records takes some of them a minute.
    private IReadOnlyList<SensorRecord>? _sensors;

    public Task<IReadOnlyList<BmcFact>> InfoAsync(CancellationToken cancel) => bmc.AskAsync(channel => InfoAsync(channel, cancel), cancel);

    public Task<IReadOnlyList<BmcSensor>> SensorsAsync(CancellationToken cancel) => bmc.AskAsync<IReadOnlyList<BmcSensor>>(async channel =>
    {
        var records = await TryAsync(() => SensorRecordsAsync(channel, cancel)).ConfigureAwait(false)
            ?? throw new PowerException(
                PowerFailure.NotSupported, $"{contact.Spec.Endpoint} has no sensor records (SDR repository)");
        var readings = await channel.ReadSensorsAsync(records.Where(s => s.IsReadable), cancel).ConfigureAwait(false);
        return [.. readings.Select(r => new BmcSensor(
            r.Sensor.Name, r.Value, r.Value is null ? null : r.Sensor.Unit?.ToString() is { Length: > 0 } unit ? unit : null,
            Severity(r.Health),
            r.Availability != SensorAvailability.Available || r.Value is null
                ? r.ToString()
                : string.Join(", ", r.States.Select(s => s.Text)) is { Length: > 0 } states ? states : null))];
    }, cancel);

    public Task<IReadOnlyList<BmcLogEntry>> LogAsync(
        int most, CancellationToken cancel) => bmc.AskAsync<IReadOnlyList<BmcLogEntry>>(async channel =>
    {
        var sensors = await TryAsync(() => SensorRecordsAsync(channel, cancel)).ConfigureAwait(false);
        var entries = new Queue<BmcLogEntry>();
        await foreach (var record in channel.ReadEventLogAsync(null, MostLogEntries, cancel).ConfigureAwait(false))
        {
            entries.Enqueue(new BmcLogEntry($"{record.Id}", record.Time?.At, Severity(record.Health), record.Describe(sensors)));
            if (entries.Count > most)
                entries.Dequeue();
        }

        return [.. entries];
    }, cancel);

    public Task ClearLogAsync(CancellationToken cancel) =>
        bmc.AskAsync(channel => channel.ClearEventLogAsync(contact.Time, cancel), cancel);

    public Task<IReadOnlyList<BmcFact>> PartsAsync(CancellationToken cancel) => bmc.AskAsync<IReadOnlyList<BmcFact>>(async channel =>
    {
        var facts = new List<BmcFact>();
        var records = await TryAsync(async () =>
            (IReadOnlyList<SdrRecord>?)await channel.ReadSdrRepositoryAsync(cancel).ConfigureAwait(false)).ConfigureAwait(false) ?? [];
        var others = records.Select(r => r.Fru).OfType<FruLocator>().Where(f => f.IsReadable && f.Device != MainFru)
            .DistinctBy(f => f.Device);
        foreach (var (device, name) in others.Select(f => (f.Device, f.Name)).Prepend((MainFru, "")))
            if (await TryAsync(() => channel.ReadFruAsync(device, cancel)).ConfigureAwait(false) is { } fru)
                Add(facts, fru, name.Length == 0 ? "" : name + " ");
        return facts;
    }, cancel);

    public Task<IReadOnlyList<BmcMediaSlot>> MediaAsync(CancellationToken cancel) => throw Missing("virtual media");

    public Task InsertMediaAsync(Uri image, CancellationToken cancel) => throw Missing("virtual media");

    public Task EjectMediaAsync(CancellationToken cancel) => throw Missing("virtual media");

    public Task<IReadOnlyList<BmcFirmware>> FirmwareAsync(
        CancellationToken cancel) => bmc.AskAsync<IReadOnlyList<BmcFirmware>>(async channel =>
        [new BmcFirmware("bmc", "BMC", (await channel.GetDeviceIdAsync(cancel).ConfigureAwait(false)).Firmware, null)], cancel);

    public async Task ChangePasswordAsync(Secret next, CancellationToken cancel)
    {
        if (next.Length > IpmiCredential.LongestPassword)
            throw new PowerException(PowerFailure.Misconfigured,
                $"the new password has {next.Length} bytes; IPMI allows at most {IpmiCredential.LongestPassword}, and some BMCs only 16");
        var name = contact.Login?.Username ?? "";
        await bmc.AskAsync(async channel =>
        {
            var user = (await channel.ListUsersAsync(ThisChannel, cancel).ConfigureAwait(false)).FirstOrDefault(u => u.Name == name)
                ?? throw new PowerException(
                    PowerFailure.Refused, $"{contact.Spec.Endpoint} has no user {name}, so Rackboot cannot change its password over IPMI");
            await channel.SetPasswordAsync(user.Id, next.Reveal(), null, cancel).ConfigureAwait(false);
            return true;
        }, cancel).ConfigureAwait(false);
    }

    internal static async Task<IReadOnlyList<BmcFact>> InfoAsync(IIpmiChannel channel, CancellationToken cancel)
    {
        var facts = new List<BmcFact>();
        var id = await channel.GetDeviceIdAsync(cancel).ConfigureAwait(false);
        var identity = await HardwareIdentity.ReadAsync(channel, cancel).ConfigureAwait(false);
        Add(facts, "machine", ("manufacturer", identity.Manufacturer), ("product", identity.Product),
            ("serial number", identity.SerialNumber), ("uuid", identity.Guid?.ToString()));
        Add(facts, "bmc", ("manufacturer", id.ManufacturerName ?? $"{id.Manufacturer}"), ("product", $"{id.Product}"),
            ("firmware", id.Firmware), ("ipmi", id.IpmiVersion.ToString()));
        var chassis = await channel.GetChassisStatusAsync(cancel).ConfigureAwait(false);
        var faults = new[] { ("power fault", chassis.PowerFault), ("power overload", chassis.PowerOverload),
            ("drive fault", chassis.DriveFault), ("cooling fault", chassis.CoolingFault), ("chassis open", chassis.Intrusion) };
        Add(facts, "chassis", ("power", chassis.IsOn ? "on" : "off"), ("when power comes back", chassis.RestorePolicy.ToString()
            .ToLowerInvariant()), ("faults", string.Join(", ", faults.Where(f => f.Item2).Select(f => f.Item1).DefaultIfEmpty("none"))));
        if (await TryAsync(() => channel.GetPowerReadingAsync(cancel).AsTask()).ConfigureAwait(false) is { IsMeasuring: true } watts)
            Add(facts, "chassis", ("draws", $"{watts.Now} W"));
        return facts;
    }

    private async Task<IReadOnlyList<SensorRecord>> SensorRecordsAsync(IIpmiChannel channel, CancellationToken cancel) =>
        _sensors ??= [.. (await channel.ReadSdrRepositoryAsync(cancel).ConfigureAwait(false)).SelectMany(r => r.Sensors)];

    // What many BMCs lack, and what is shown without it.
    private static async Task<T?> TryAsync<T>(Func<Task<T>> ask)
        where T : class?
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (IpmiException e) when (e.Failure is IpmiFailure.Refused or IpmiFailure.BadAnswer or IpmiFailure.InsufficientPrivilege)
        {
            return null;
        }
    }

    private static void Add(List<BmcFact> facts, FruInventory fru, string prefix)
    {
        if (fru.Chassis is { } chassis)
            Add(facts, prefix + "chassis", ("part number", chassis.PartNumber), ("serial number", chassis.SerialNumber));
        if (fru.Board is { } board)
            Add(facts, prefix + "board", ("manufacturer", board.Manufacturer), ("product", board.Product),
                ("serial number", board.SerialNumber), ("part number", board.PartNumber), ("made", board.Made?.ToString("yyyy-MM-dd")));
        if (fru.Product is { } product)
            Add(facts, prefix + "product", ("manufacturer", product.Manufacturer), ("name", product.Name),
                ("part number", product.PartNumber), ("version", product.Version), ("serial number", product.SerialNumber),
                ("asset tag", product.AssetTag));
    }

    private static void Add(List<BmcFact> facts, string part, params (string Name, string? Value)[] values) =>
        facts.AddRange(values.Where(v => !string.IsNullOrWhiteSpace(v.Value)).Select(v => new BmcFact(part, v.Name, v.Value!)));

    private static BmcSeverity Severity(SensorHealth health) => (BmcSeverity)health;

    private static PowerException Missing(string what) =>
        new(PowerFailure.NotSupported, $"IPMI has no {what}; if the BMC supports Redfish, use driver redfish");
}
