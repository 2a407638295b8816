using Rackboot.Contracts;
using Rackboot.Lab.Storm.Boot;

namespace Rackboot.Lab.Storm;

/// <summary>Follows the appliance's events: which machines reported.</summary>
internal sealed class StormWatch(RackbootClient client, IReadOnlyList<MachineLife> lives)
{
    private const string ReportedText = "reported: ";

    private readonly Dictionary<string, MachineLife> _byName = lives.ToDictionary(l => l.Machine.Name);

    /// <summary>Follows until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        long last = 0;
        while (!cancel.IsCancellationRequested)
            try
            {
                await foreach (var e in client.WatchAsync(last, cancel))
                {
                    last = e.Id;
                    Take(e);
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None); // the stream broke off: from where it was
            }
    }

    private void Take(Event e)
    {
        if (e.Machine is null || !_byName.TryGetValue(e.Machine, out var life))
            return;
        if (e.Kind == "boot.stage" && e.Text.StartsWith(ReportedText, StringComparison.Ordinal))
            life.Reported();
    }
}
