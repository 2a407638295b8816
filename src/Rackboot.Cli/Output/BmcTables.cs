using System.Globalization;
using Rackboot.Contracts;

namespace Rackboot.Cli.Output;

/// <summary>Tables of BMC reports.</summary>
public static class BmcTables
{
    public static void Write(TextWriter output, IReadOnlyList<BmcFact> facts)
    {
        var columns = new Columns("part", "what", "value");
        foreach (var f in facts)
            columns.Add(f.Part, f.Name, f.Value);
        columns.Write(output);
    }

    public static void Write(TextWriter output, IReadOnlyList<BmcSensor> sensors)
    {
        var columns = new Columns("sensor", "value", "health", "state");
        foreach (var s in sensors)
            columns.Add(s.Name, s.Value is { } value ? $"{value.ToString("0.###", CultureInfo.InvariantCulture)} {s.Unit}".TrimEnd() : "",
                Tables.Word(s.Health), s.State);
        columns.Write(output);
    }

    public static void Write(TextWriter output, IReadOnlyList<BmcLogEntry> entries)
    {
        var columns = new Columns("id", "time", "severity", "what");
        foreach (var e in entries)
            columns.Add(e.Id, e.Time?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), Tables.Word(e.Severity), e.Text);
        columns.Write(output);
    }

    public static void Write(TextWriter output, IReadOnlyList<BmcMediaSlot> slots)
    {
        var columns = new Columns("slot", "takes", "inserted", "image");
        foreach (var s in slots)
            columns.Add(s.Id, s.Types, s.Inserted ? "yes" : "no", s.Image);
        columns.Write(output);
    }

    public static void Write(TextWriter output, IReadOnlyList<BmcFirmware> items)
    {
        var columns = new Columns("id", "name", "version", "updateable");
        foreach (var f in items)
            columns.Add(f.Id, f.Name, f.Version, f.Updateable is { } can ? can ? "yes" : "no" : "");
        columns.Write(output);
    }

    public static void Write(TextWriter output, IReadOnlyList<BmcFound> found)
    {
        var columns = new Columns("address", "ipmi", "redfish", "vendor", "product", "machine");
        foreach (var b in found)
            columns.Add(b.Address, b.Ipmi ? "yes" : "no", b.Redfish, b.Vendor, b.Product, b.Machine);
        columns.Write(output);
    }
}
