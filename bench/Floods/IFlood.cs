namespace Rackboot.Bench.Floods;

/// <summary>One way in which a stranger keeps an appliance busy.</summary>
internal interface IFlood
{
    /// <summary>Goes on until cancelled.</summary>
    Task RunAsync(Counts counts, CancellationToken cancel);
}
