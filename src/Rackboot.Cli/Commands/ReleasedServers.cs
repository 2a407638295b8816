using System.Net;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary>The servers at providers that end with their machines: what a question before deleting has to name.</summary>
internal static class ReleasedServers
{
    private const int MostNames = 4;

    /// <summary>The servers of these machines that are given back when the machines are deleted.</summary>
    public static async Task<IReadOnlyList<CloudMachine>> OfAsync(RackbootClient client, IReadOnlyCollection<string> machines,
        CancellationToken cancel)
    {
        if (machines.Count == 0)
            return [];
        try
        {
            return [.. (await client.GetCloudMachinesAsync(fresh: false, cancel)).Where(m => m.Releases && machines.Contains(m.Machine))];
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            // A daemon without providers.
            return [];
        }
    }

    /// <summary>Continues a question: which servers are given back, with plan and price. Empty without any.</summary>
    public static string Say(IReadOnlyList<CloudMachine> released) => released switch
    {
        [] => "",
        [var only] => $" This releases {Server(only)}, and the data on its disks is lost.",
        _ => $" This releases {released.Count} servers, and the data on their disks is lost: "
            + string.Join("; ", released.Take(MostNames).Select(m => $"{m.Machine}: {Server(m)}"))
            + (released.Count > MostNames ? $"; and {released.Count - MostNames:N0} more." : "."),
    };

    private static string Server(CloudMachine machine)
    {
        var price = machine.Hourly is { } hourly ? $", {CloudTables.Word(hourly)} an hour" : "";
        var plan = machine.Plan is { } name ? $" ({name}{(machine.Location is { } place ? $" in {place}" : "")}{price})" : "";
        return $"server {machine.Server ?? machine.Mark} at {machine.Provider}{plan}";
    }
}
