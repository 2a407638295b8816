using Rackboot.Contracts;

namespace Rackboot.Cli.Output;

/// <summary>The columns of each kind.</summary>
public static class Tables
{
    private const int ShortIdDigits = 14;

    public static Listing<Machine> Machines(bool wide)
    {
        List<Field<Machine>> fields =
        [
            new("name", 0, m => m.Name),
            new("state", 1, m => Word(m.Status?.State)),
            new("power", 3, m => Power(m.Status?.Power), m => Power(m.Status?.Power)),
            new("stage", 2, m => Word(m.Status?.LastStage), m => m.Status?.LastStage),
            new("address", 4, m => m.Status?.Address ?? m.Address, m => Number(m.Status?.Address ?? m.Address)),
            new("profile", 6, m => m.Profile),
            new("firmware", 7, m => Firmware(m.Status?.Firmware, m.Status?.Architecture)),
            new("seen", 5, m => Columns.Age(m.Status?.LastSeen), m => Ago(m.Status?.LastSeen), Ages: true),
        ];
        if (wide)
            fields.InsertRange(7,
            [
                new("power read", 0, m => Columns.Age(m.Status?.Power?.Read), m => Ago(m.Status?.Power?.Read), Ages: true),
                new("macs", 0, m => string.Join(",", (m.Macs ?? []).Union(Cards(m.Status?.AcceptedCards)).Union(m.Status?.SeenMacs ?? []))),
                new("serial", 0, m => m.Serial ?? m.Status?.SeenSerial),
                new("product", 0, m => $"{m.Status?.Manufacturer} {m.Status?.Product}".Trim()),
                new("bmc", 0, m => Bmc(m.Bmc)),
                new("labels", 0, m => Labels(m.Labels)),
                new("armed", 0, m => Armed(m.Status?.Provisioning), Ages: true),
                new("pending cards", 0, m => string.Join(",", Cards(m.Status?.PendingCards))),
            ]);
        return new Listing<Machine>(fields);
    }

    public static Listing<Profile> Profiles(bool wide) => new(
    [
        new("name", 0, p => p.Name),
        new("talos", 0, p => p.Talos?.Version),
        new("arch", 0, p => p.Talos?.Arch),
        new("kernel arguments", 1, p => string.Join(" ", p.KernelArguments ?? [])),
    ]);

    public static Listing<Credential> Credentials(bool wide) => new(
    [
        new("name", 0, c => c.Name),
        new("username", 2, c => c.Username),
        new("changed", 3, c => Columns.Age(c.Status?.Changed), c => Ago(c.Status?.Changed), Ages: true),
        new("used by", 1, c => c.Status switch
        {
            { Rotating: { Count: > 0 } left } =>
                $"{c.Status.UsedBy?.Count ?? 0} machines; old password still on {string.Join(", ", left)}",
            { UsedBy: { Count: > 3 } users } => $"{users.Count} machines",
            var status => string.Join(", ", status?.UsedBy ?? []),
        }),
    ]);

    public static Listing<Asset> Assets(bool wide) => new(
    [
        new("name", 0, a => a.Name),
        new("bytes", 1, a => $"{a.Bytes:N0}", a => a.Bytes),
        new("origin", 3, a => a.Origin),
        new("age", 2, a => Columns.Age(a.Added), a => Ago(a.Added), Ages: true),
        new("sha-256", 4, a => wide ? a.Sha256 : a.Sha256[..16]),
    ]);

    public static Listing<Lease> Leases(bool wide) => new(
    [
        new("address", 0, l => l.Address, l => Number(l.Address)),
        new("state", 2, l => l.State),
        new("mac", 1, l => l.Mac),
        new("machine", 3, l => l.Machine),
        new("host name", 5, l => l.HostName),
        new("expires in", 4, l => l.State == "bound" ? Columns.Age(l.Expires - TimeProvider.System.GetUtcNow()) : "", l =>
            l.Expires, Ages: true),
        new("subnet", 6, l => l.Subnet),
    ]);

    public static Listing<Boot> Boots(bool wide) => new(
    [
        new("id", 0, b => wide || Screen.Width(Console.Out) is null ? b.Id : ShortId(b.Id)),
        new("machine", 1, b => b.Machine),
        new("firmware", 6, b => Firmware(b.Firmware?.Split('-')[0], b.Architecture)),
        new("via", 7, b => Via(b.Firmware)),
        new("stage", 3, b => Word(b.Stage), b => b.Stage),
        new("outcome", 2, b => Word(b.Outcome)),
        new("age", 4, b => Columns.Age(b.Started), b => Ago(b.Started), Ages: true),
        new("now", 5, b => b.Now),
    ]);

    public static void WriteTimeline(TextWriter output, Boot boot)
    {
        output.WriteLine(Printable.Of(
            $"boot {boot.Id} of {boot.Machine}: {FirmwareInFull(boot)}, {Word(boot.Outcome)} at stage {Word(boot.Stage)}"));
        output.WriteLine(Printable.Of($"now: {boot.Now}"));
        output.WriteLine();
        var columns = new Columns(Screen.Width(output), [new("time", 2), new("after"), new("stage"), new("source", 1), new("what")]);
        foreach (var e in boot.Timeline ?? [])
            columns.Add($"{e.Time:HH:mm:ss.fff}", $"{(e.Time - boot.Started).TotalSeconds:0.0}s", Word(e.Stage), e.Source,
                e.Level == "info" ? e.Text : $"{e.Level}: {e.Text}");
        columns.Write(output);
    }

    /// <summary>An event; on a narrow screen its text goes on a second line.</summary>
    public static void Write(TextWriter output, Event e)
    {
        const int Indent = 10;
        var head = Printable.Of($"{e.Time.ToLocalTime():HH:mm:ss}  {e.Machine ?? "-",-16}  {e.Kind,-20}");
        var text = Printable.Of($"{(e.Level == "info" ? "" : e.Level + ": ")}{e.Text}");
        if (Screen.Width(output) is not { } width || head.Length + 2 + text.Length <= width)
        {
            output.WriteLine($"{head}  {text}");
            return;
        }

        output.WriteLine(head.TrimEnd());
        foreach (var line in Wrapped.Lines(text, Math.Max(20, width - Indent)))
            output.WriteLine(new string(' ', Indent) + line);
    }

    /// <summary>The first characters of a boot's id (its start in milliseconds), enough to find it.</summary>
    private static string ShortId(string id) => id.Length > ShortIdDigits ? id[..ShortIdDigits] : id;

    public static string? Word(Enum? value) => value?.ToString().ToLowerInvariant();

    /// <summary>The known power state: <c>on</c>; <c>on 2h ago</c> if the BMC has not answered since; <c>no answer</c> if it never did;
    /// <c>refused</c> if it refused too many logins and the daemon no longer tries.</summary>
    public static string? Power(MachinePower? power) => power switch
    {
        null => null,
        { Stopped: true } => "refused",
        { Read: { } read, Problem: not null } => $"{Word(power.State)} {Columns.Age(read)} ago",
        { Read: not null } => Word(power.State),
        { Problem: not null } => "no answer",
        _ => "not read",
    };

    /// <summary>Firmware and architecture, in the same words everywhere: <c>uefi amd64</c>.</summary>
    public static string? Firmware(string? firmware, string? architecture) =>
        firmware is null ? null : $"{firmware} {architecture}".TrimEnd();

    /// <summary>Labels as <c>--show-labels</c> prints them.</summary>
    public static string Labels(IReadOnlyDictionary<string, string>? labels) =>
        string.Join(",", (labels ?? new Dictionary<string, string>()).Select(l => $"{l.Key}={l.Value}"));

    private static string FirmwareInFull(Boot boot) =>
        boot.Firmware is null ? "firmware unknown"
            : $"{Firmware(boot.Firmware.Split('-')[0], boot.Architecture)}{(Via(boot.Firmware) is { } via ? $" by {via}" : "")}";

    // uefi-http is UEFI firmware that boots by HTTP.
    private static string? Via(string? firmware) => firmware switch { null => null, "uefi-http" => "http", _ => "pxe" };

    // Newest first.
    private static long? Ago(DateTimeOffset? time) => time is { } at ? -at.UtcTicks : null;

    private static uint? Number(string? address) =>
        System.Net.IPAddress.TryParse(address, out var ip) && ip.GetAddressBytes() is { Length: 4 } bytes
            ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes) : null;

    private static IEnumerable<string> Cards(IReadOnlyList<MachineCard>? cards) => (cards ?? []).Select(c => c.Mac);

    /// <summary>When armed and by whom: <c>35s by root</c>.</summary>
    private static string? Armed(MachineProvisioning? provisioning) =>
        provisioning is { Armed: true } ? $"{Columns.Age(provisioning.Since)} by {provisioning.By}" : null;

    private static string? Bmc(MachineBmc? bmc) => bmc is null ? null : $"{Word(bmc.Driver)} {bmc.Address ?? bmc.Url ?? bmc.Socket}".Trim();
}
