using Rackboot.Contracts;

namespace Rackboot.Cli.Output;

/// <summary>Clusters as tables.</summary>
public static class ClusterTables
{
    public static Listing<Cluster> Clusters(bool wide) => new(
    [
        new("name", 0, c => c.Name),
        new("phase", 1, c => Tables.Word(c.Status?.Phase)),
        new("machines", 4, c => $"{c.Status?.Machines.Count(m => m.Ready) ?? 0}/{c.Status?.Machines.Count ?? 0}"),
        new("talos", 2, c => c.Talos?.Version),
        new("kubernetes", 3, c => c.Kubernetes),
        new("endpoint", 5, c => c.Endpoint),
    ]);

    /// <summary>One cluster: its machines, and what is waited for.</summary>
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
            output.WriteLine(Printable.Of($"\nsecrets are being exchanged, {renewal}"));
        foreach (var wait in (status?.Waiting ?? []).Where(w => w.Deadline is null || w.Overdue))
            output.WriteLine(Printable.Of($"\n{(wait.Machine is { } name ? $"{name}: " : "")}{wait.For}\n  {wait.Remedy}"));
    }
}
