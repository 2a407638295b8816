using Rackboot.Contracts;

namespace Rackboot.Cli.Output;

/// <summary>What is shown of each kind of thing.</summary>
public static class Tables
{
    private const int ShortIdDigits = 14;

    public static Listing<Machine> Machines(bool wide) => new(
        wide
            ? [new("name"), new("state"), new("power"), new("stage"), new("address"), new("profile"), new("firmware"), new("macs"),
                new("serial"), new("product"), new("bmc"), new("labels"),
                new("armed"), new("pending cards"), new("seen")]
            : [new("name"), new("state", 1), new("power", 3), new("stage", 2), new("address", 4), new("profile", 6), new("firmware", 7),
                new("seen", 5)],
        m =>
        {
            var status = m.Status;
            string?[] cells = [m.Name, Word(status?.State), Power(status?.Power), Word(status?.LastStage), status?.Address ?? m.Address,
                m.Profile, Firmware(status)];
            string?[] more = wide
                ? [string.Join(",", (m.Macs ?? []).Union(Cards(status?.AcceptedCards)).Union(status?.SeenMacs ?? [])), m.Serial
                    ?? status?.SeenSerial,
                    $"{status?.Manufacturer} {status?.Product}".Trim(), Bmc(m.Bmc), Labels(m.Labels), Armed(status?.Provisioning),
                    string.Join(",", Cards(status?.PendingCards))]
                : [];
            return [.. cells, .. more, Columns.Age(status?.LastSeen)];
        });

    public static Listing<Profile> Profiles(bool wide) => new(
        [new("name"), new("talos"), new("arch"), new("kernel arguments", 1)],
        p => [p.Name, p.Talos?.Version, p.Talos?.Arch, string.Join(" ", p.KernelArguments ?? [])]);

    public static Listing<Credential> Credentials(bool wide) => new(
        [new("name"), new("username", 2), new("changed", 3), new("used by", 1)],
        c => [c.Name, c.Username, Columns.Age(c.Status?.Changed), c.Status switch
        {
            { Rotating: { Count: > 0 } left } =>
                $"{c.Status.UsedBy?.Count ?? 0} machines; still with the old password: {string.Join(", ", left)}",
            { UsedBy: { Count: > 3 } users } => $"{users.Count} machines",
            var status => string.Join(", ", status?.UsedBy ?? []),
        }]);

    public static Listing<Asset> Assets(bool wide) => new(
        [new("name"), new("bytes", 1), new("origin", 3), new("age", 2), new("sha-256", 4)],
        a => [a.Name, $"{a.Bytes:N0}", a.Origin, Columns.Age(a.Added), a.Sha256[..16]]);

    public static Listing<Lease> Leases(bool wide) => new(
        [new("address"), new("state", 2), new("mac", 1), new("machine", 3), new("host name", 5), new("expires in", 4), new("subnet", 6)],
        l => [l.Address, l.State, l.Mac, l.Machine, l.HostName, l.State == "bound"
            ? Columns.Age(l.Expires - TimeProvider.System.GetUtcNow())
            : "", l.Subnet]);

    public static Listing<Boot> Boots(bool wide) => new(
        [new("id"), new("machine", 1), new("firmware", 6), new("stage", 3), new("outcome", 2), new("age", 4), new("now", 5)],
        b => [wide || Screen.Width(Console.Out) is null
            ? b.Id
            : ShortId(b.Id), b.Machine, b.Firmware, Word(b.Stage), Word(b.Outcome), Columns.Age(b.Started), b.Now]);

    public static void WriteTimeline(TextWriter output, Boot boot)
    {
        output.WriteLine(Printable.Of(
            $"boot {boot.Id} of {boot.Machine}: {boot.Firmware ?? "firmware unknown"}, {Word(boot.Outcome)} at stage {Word(boot.Stage)}"));
        output.WriteLine(Printable.Of($"now: {boot.Now}"));
        output.WriteLine();
        var columns = new Columns(Screen.Width(output), [new("time", 2), new("after"), new("stage"), new("source", 1), new("what")]);
        foreach (var e in boot.Timeline ?? [])
            columns.Add($"{e.Time:HH:mm:ss.fff}", $"{(e.Time - boot.Started).TotalSeconds:0.0}s", Word(e.Stage), e.Source,
                e.Level == "info" ? e.Text : $"{e.Level}: {e.Text}");
        columns.Write(output);
    }

    /// <summary>An event, on a narrow screen with its text below it.</summary>
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

    /// <summary>The beginning of a boot's id, which is enough to find it by: the millisecond it began in.</summary>
    private static string ShortId(string id) => id.Length > ShortIdDigits ? id[..ShortIdDigits] : id;

    public static string? Word(Enum? value) => value?.ToString().ToLowerInvariant();

    /// <summary>The state and how old it is: <c>on 12s</c>; <c>stopped</c> where the BMC refused the login too often.</summary>
    public static string? Power(MachinePower? power) =>
        power is null ? null
        : power.Stopped is true ? "stopped"
        : power.Read is { } read ? $"{Word(power.State)} {Columns.Age(read)}{(power.Problem is null ? "" : "!")}"
        : power.Problem is null ? null : "unknown!";

    private static IEnumerable<string> Cards(IReadOnlyList<MachineCard>? cards) => (cards ?? []).Select(c => c.Mac);

    /// <summary>Since when and by whom: <c>35s by root</c>.</summary>
    private static string? Armed(MachineProvisioning? provisioning) =>
        provisioning is { Armed: true } ? $"{Columns.Age(provisioning.Since)} by {provisioning.By}" : null;

    private static string? Bmc(MachineBmc? bmc) => bmc is null ? null : $"{Word(bmc.Driver)} {bmc.Address ?? bmc.Url ?? bmc.Socket}".Trim();

    private static string? Firmware(MachineStatus? status) => status?.Firmware is null ? null : $"{status.Firmware} {status.Architecture}";

    private static string Labels(IReadOnlyDictionary<string, string>? labels) =>
        string.Join(",", (labels ?? new Dictionary<string, string>()).Select(l => $"{l.Key}={l.Value}"));
}
