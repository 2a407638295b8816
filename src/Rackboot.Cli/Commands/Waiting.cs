using System.CommandLine;
using System.Diagnostics;
using System.Net;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;

namespace Rackboot.Cli.Commands;

/// <summary>Polls until all things meet the condition or the time is up.</summary>
internal sealed class Waiting(RackbootClient client, WaitCondition wanted, TimeSpan limit, InvocationConfiguration console)
{
    // Above this number one list costs the daemon less than a request for each.
    private const int MostSingly = 50;
    private const int MostNamed = 10;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _met = [];

    /// <summary>Waits for machines.</summary>
    /// <param name="names">The machines; empty for all that <paramref name="query"/> selects.</param>
    public Task<int> MachinesAsync(IReadOnlySet<string> names, MachineQuery query, CancellationToken cancel) =>
        UntilAsync("machine", names, async () =>
            [.. (await FindAsync(names, query, cancel)).Select(m => (m.Name, Met: wanted.OfMachine(m.Status!), Now: Now(m.Status!)))],
                cancel);

    /// <summary>Waits for clusters.</summary>
    public Task<int> ClustersAsync(IReadOnlySet<string> names, CancellationToken cancel) => UntilAsync("cluster", names, async () =>
        [.. (await client.GetClustersAsync(cancel)).Where(c => names.Contains(c.Name))
            .Select(c => (c.Name, Met: c.Status is { } s && wanted.OfCluster(s), Now: Tables.Word(c.Status?.Phase) ?? ""))], cancel);

    private async Task<int> UntilAsync(
        string kind, IReadOnlySet<string> names, Func<Task<List<(string Name, bool Met, string Now)>>> look, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        HashSet<string>? expected = names.Count > 0 ? [.. names] : null;
        while (true)
        {
            var looked = Stopwatch.GetTimestamp();
            if (await TryAsync(look, first: expected is null) is not { } there)
            {
                if (Stopwatch.GetElapsedTime(began) > limit)
                    throw new ApiException(HttpStatusCode.ServiceUnavailable,
                        new Problem { Detail = "the daemon stopped answering and did not come back in time" });
                await Task.Delay(LookEvery, cancel);
                continue;
            }

            if (expected is null && there.Count == 0)
            {
                console.Error.WriteLine("rackboot: no machine matches");
                return wanted.IsDeletion ? ExitCode.Ok : ExitCode.NotFound;
            }

            expected ??= [.. there.Select(t => t.Name)];
            var gone = expected.Except(there.Select(t => t.Name)).ToList();
            if (gone.Count > 0 && !wanted.IsDeletion)
                throw new ApiException(HttpStatusCode.NotFound,
                    new Problem { Detail = $"there is no {kind} {string.Join(", ", gone.Take(MostNamed))}" });
            foreach (var name in (wanted.IsDeletion ? gone : there.Where(t => t.Met).Select(t => t.Name)).Where(_met.Add))
                console.Output.WriteLine(Printable.Of($"{kind}/{name} {wanted.Text}"));
            var left = there.Where(t => expected.Contains(t.Name) && !_met.Contains(t.Name)).ToList();
            if (left.Count == 0)
                return ExitCode.Ok;
            var rest = limit - Stopwatch.GetElapsedTime(began);
            if (rest <= TimeSpan.Zero)
                return Late(kind, left, expected.Count);
            var pause = TimeSpan.FromTicks(Math.Max(LookEvery.Ticks, 4 * Stopwatch.GetElapsedTime(looked).Ticks));
            await Task.Delay(pause < rest ? pause : rest, cancel);
        }
    }

    // The daemon answered before, so it is expected back.
    private static async Task<T?> TryAsync<T>(Func<Task<T>> look, bool first)
        where T : class
    {
        try
        {
            return await look();
        }
        catch (HttpRequestException) when (!first)
        {
            return null;
        }
    }

    private int Late(string kind, List<(string Name, bool Met, string Now)> left, int all)
    {
        var named = string.Join(", ", left.OrderBy(l => l.Name, StringComparer.Ordinal).Take(MostNamed).Select(l => $"{l.Name} ({l.Now})"));
        console.Error.WriteLine(Printable.Of(
            $"rackboot: after {Columns.Age(limit)} {left.Count:N0} of {all:N0} {kind}s {(left.Count == 1 ? "is" : "are")} still not there: "
            + named + (left.Count > MostNamed ? $" and {left.Count - MostNamed:N0} more" : "")));
        return ExitCode.Failed;
    }

    private async Task<List<Machine>> FindAsync(IReadOnlySet<string> names, MachineQuery query, CancellationToken cancel)
    {
        var machines = new List<Machine>();
        if (names.Count is > 0 and <= MostSingly)
        {
            foreach (var name in names.Where(n => !_met.Contains(n) || wanted.IsDeletion))
                if (await OneAsync(name, cancel) is { } machine)
                    machines.Add(machine);
            return [.. machines, .. names.Where(n => _met.Contains(n) && !wanted.IsDeletion).Select(Done)];
        }

        await foreach (var page in client.GetMachinePagesAsync(query, cancel))
            machines.AddRange(page.Where(m => names.Count > 0 ? names.Contains(m.Name) : m.Status?.State != MachineState.Discovered));
        return machines;
    }

    private async Task<Machine?> OneAsync(string name, CancellationToken cancel)
    {
        try
        {
            return (await client.GetMachineAsync(name, cancel)).Value;
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    // It met the condition, and is not asked about again.
    private static Machine Done(string name) => new() { Name = name, Status = new MachineStatus { Id = "", State = MachineState.Seen } };

    private static string Now(MachineStatus status) =>
        string.Join(", ", new[] { Tables.Word(status.State), status.LastStage is { } stage ? $"stage {Tables.Word(stage)}"
            : null, status.Power is { } power ? $"power {Tables.Power(power)}" : null }
            .OfType<string>());
}
