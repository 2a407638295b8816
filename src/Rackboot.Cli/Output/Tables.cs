using Rackboot.Contracts;

namespace Rackboot.Cli.Output;

/// <summary>What is shown of each kind of thing.</summary>
public static class Tables
{
    public static void Write(TextWriter output, IReadOnlyList<Machine> machines, bool wide)
    {
        var columns = wide
            ? new Columns("name", "state", "power", "stage", "address", "profile", "firmware", "macs", "serial", "product", "bmc", "labels", "armed", "pending cards", "seen")
            : new Columns("name", "state", "power", "stage", "address", "profile", "firmware", "seen");
        foreach (var m in machines)
        {
            var status = m.Status;
            string?[] cells = [m.Name, Word(status?.State), Power(status?.Power), Word(status?.LastStage), status?.Address ?? m.Address, m.Profile, Firmware(status)];
            var seen = Columns.Age(status?.LastSeen);
            columns.Add(wide
                ? [.. cells, string.Join(",", (m.Macs ?? []).Union(status?.AcceptedCards?.Select(c => c.Mac) ?? []).Union(status?.SeenMacs ?? [])), m.Serial ?? status?.SeenSerial, $"{status?.Manufacturer} {status?.Product}".Trim(), Bmc(m.Bmc), Labels(m.Labels), Armed(status?.Provisioning), string.Join(",", status?.PendingCards?.Select(c => c.Mac) ?? []), seen]
                : [.. cells, seen]);
        }

        columns.Write(output);
    }

    public static void Write(TextWriter output, IReadOnlyList<Profile> profiles)
    {
        var columns = new Columns("name", "talos", "arch", "kernel arguments");
        foreach (var p in profiles)
            columns.Add(p.Name, p.Talos?.Version, p.Talos?.Arch, string.Join(" ", p.KernelArguments ?? []));
        columns.Write(output);
    }

    public static void Write(TextWriter output, IReadOnlyList<Credential> credentials)
    {
        var columns = new Columns("name", "username", "changed", "used by");
        foreach (var c in credentials)
            columns.Add(c.Name, c.Username, Columns.Age(c.Status?.Changed), c.Status switch
            {
                { Rotating: { Count: > 0 } left } => $"{c.Status.UsedBy?.Count ?? 0} machines; still with the old password: {string.Join(", ", left)}",
                { UsedBy: { Count: > 3 } users } => $"{users.Count} machines",
                var status => string.Join(", ", status?.UsedBy ?? []),
            });
        columns.Write(output);
    }

    public static void Write(TextWriter output, IReadOnlyList<Asset> assets)
    {
        var columns = new Columns("name", "bytes", "origin", "age", "sha-256");
        foreach (var a in assets)
            columns.Add(a.Name, $"{a.Bytes:N0}", a.Origin, Columns.Age(a.Added), a.Sha256[..16]);
        columns.Write(output);
    }

    public static void Write(TextWriter output, IReadOnlyList<Lease> leases)
    {
        var columns = new Columns("address", "state", "mac", "machine", "host name", "expires in", "subnet");
        foreach (var l in leases)
            columns.Add(l.Address, l.State, l.Mac, l.Machine, l.HostName, l.State == "bound" ? Columns.Age(l.Expires - TimeProvider.System.GetUtcNow()) : "", l.Subnet);
        columns.Write(output);
    }

    public static void Write(TextWriter output, IReadOnlyList<Boot> boots)
    {
        var columns = new Columns("id", "machine", "firmware", "stage", "outcome", "age", "now");
        foreach (var b in boots)
            columns.Add(b.Id, b.Machine, b.Firmware, Word(b.Stage), Word(b.Outcome), Columns.Age(b.Started), b.Now);
        columns.Write(output);
    }

    public static void WriteTimeline(TextWriter output, Boot boot)
    {
        output.WriteLine(Printable.Of($"boot {boot.Id} of {boot.Machine}: {boot.Firmware ?? "firmware unknown"}, {Word(boot.Outcome)} at stage {Word(boot.Stage)}"));
        output.WriteLine(Printable.Of($"now: {boot.Now}"));
        output.WriteLine();
        var columns = new Columns("time", "after", "stage", "source", "what");
        foreach (var e in boot.Timeline ?? [])
            columns.Add($"{e.Time:HH:mm:ss.fff}", $"{(e.Time - boot.Started).TotalSeconds:0.0}s", Word(e.Stage), e.Source, e.Level == "info" ? e.Text : $"{e.Level}: {e.Text}");
        columns.Write(output);
    }

    public static string? Word(Enum? value) => value?.ToString().ToLowerInvariant();

    /// <summary>The state and how old it is: <c>on 12s</c>; <c>stopped</c> where the BMC refused the login too often.</summary>
    public static string? Power(MachinePower? power) =>
        power is null ? null
        : power.Stopped is true ? "stopped"
        : power.Read is { } read ? $"{Word(power.State)} {Columns.Age(read)}{(power.Problem is null ? "" : "!")}"
        : power.Problem is null ? null : "unknown!";

    /// <summary>Since when and by whom: <c>35s by root</c>.</summary>
    private static string? Armed(MachineProvisioning? provisioning) => provisioning is { Armed: true } ? $"{Columns.Age(provisioning.Since)} by {provisioning.By}" : null;

    private static string? Bmc(MachineBmc? bmc) => bmc is null ? null : $"{Word(bmc.Driver)} {bmc.Address ?? bmc.Url ?? bmc.Socket}".Trim();

    private static string? Firmware(MachineStatus? status) => status?.Firmware is null ? null : $"{status.Firmware} {status.Architecture}";

    private static string Labels(IReadOnlyDictionary<string, string>? labels) => string.Join(",", (labels ?? new Dictionary<string, string>()).Select(l => $"{l.Key}={l.Value}"));
}
