using Rackboot.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rackboot.Cli.Output;

/// <summary>Clusters as tables.</summary>
public static class ClusterTables
{
    private static readonly string[] Titles = ["MACHINE", "ROLE", "STAGE", "TALOS", "KUBERNETES"];

    public static Listing<Cluster> Clusters(bool wide) => new(
    [
        new("name", 0, c => c.Name),
        new("phase", 1, c => Tables.Word(c.Status?.Phase)),
        new("machines", 4, c => $"{c.Status?.Machines.Count(m => m.Ready) ?? 0}/{c.Status?.Machines.Count ?? 0}"),
        new("talos", 2, c => c.Talos?.Version),
        new("kubernetes", 3, c => c.Kubernetes),
        new("endpoint", 5, c => c.Endpoint),
    ]);

    /// <summary>One cluster: its machines, and what it is waiting for.</summary>
    public static void Write(TextWriter output, Cluster cluster)
    {
        var status = cluster.Status;
        output.WriteLine(Printable.Of(
            $"{status?.Summary ?? cluster.Name}   Talos {cluster.Talos?.Version}, Kubernetes {cluster.Kubernetes}, {cluster.Endpoint}"));
        output.WriteLine();
        var columns = new Columns(Screen.Width(output),
            [new("machine"), new("role", 5), new("stage"), new("ready", 1), new("etcd", 3), new("talos", 2), new("kubernetes", 4),
                new("waits for", 1)]);
        foreach (var machine in status?.Machines ?? [])
            columns.Add(machine.Machine, machine.Role, machine.Stage, machine.Ready ? "yes" : "no", machine.Etcd, machine.Talos,
                machine.Kubernetes, machine.WaitsFor);
        columns.Write(output);
        if (status?.Renewal is { } renewal)
            output.WriteLine(Printable.Of($"\nrotating secrets: {renewal}"));
        foreach (var wait in (status?.Waiting ?? []).Where(w => w.Deadline is null || w.Overdue))
        {
            output.WriteLine();
            foreach (var line in Lines(wait))
                output.WriteLine(line);
        }
    }

    /// <summary>One machine in a line of text.</summary>
    public static string Line(ClusterMemberStatus machine)
    {
        var talos = machine.Talos is null ? "" : $", Talos {machine.Talos}";
        var kubernetes = machine.Kubernetes is null ? "" : $", Kubernetes {machine.Kubernetes}";
        return $"{machine.Role}, {Stage(machine)}{talos}{kubernetes}{(machine.WaitsFor is null ? "" : $"; waits: {machine.WaitsFor}")}";
    }

    /// <summary>A cluster for a live table.</summary>
    /// <param name="height">Height of the screen. If not all machines fit, those that are not ready are shown.</param>
    public static IRenderable Live(Cluster cluster, int height)
    {
        const int Rest = 8; // the title, the header, and the tasks for people
        var status = cluster.Status;
        var machines = status?.Machines ?? [];
        var most = Math.Max(3, height - Rest);
        var shown = machines.Count <= most
            ? machines
            : [.. machines.OrderBy(m => m.Ready).ThenBy(m => m.Machine, StringComparer.Ordinal).Take(most)];
        var table = new Table().Border(TableBorder.None)
            .AddColumns([.. Titles.Select(title => new TableColumn(title).NoWrap()), new TableColumn("WAITS FOR")]);
        foreach (var machine in shown)
            table.AddRow(
                Cell(machine.Machine), Cell(machine.Role == "worker" ? "worker" : "control"),
                new Markup($"[{(machine.Ready ? "green" : "yellow")}]{Markup.Escape(Printable.Of(Stage(machine)))}[/]"),
                Cell(machine.Talos), Cell(machine.Kubernetes), Cell(machine.WaitsFor));
        List<IRenderable> parts = [new Text(Printable.Of(status?.Summary ?? cluster.Name)), table];
        if (machines.Count > shown.Count)
            parts.Add(new Text($"and {machines.Count - shown.Count} more, {machines.Count(m => m.Ready)} of {machines.Count} ready"));
        if ((status?.Waiting ?? []).FirstOrDefault(w => w.Deadline is null || w.Overdue) is { } wait)
            parts.AddRange(Lines(wait).Select(line => new Text(line)));
        return new Rows(parts);
    }

    private static IEnumerable<string> Lines(ClusterWaiting wait) =>
        [Printable.Of($"{(wait.Machine is { } name ? $"{name}: " : "")}{wait.For}"), Printable.Of($"  {wait.Remedy}")];

    private static string Stage(ClusterMemberStatus machine) => machine.Ready ? "ready" : machine.Stage;

    private static Text Cell(string? text) => new(string.IsNullOrEmpty(text) ? "-" : Printable.Of(text));
}
