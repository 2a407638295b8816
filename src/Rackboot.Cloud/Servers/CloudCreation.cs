namespace Rackboot.Cloud;

/// <summary>What became of an order. There are exactly three outcomes: the caller must handle each.</summary>
public abstract record CloudCreation
{
    private CloudCreation()
    {
    }

    public sealed record Made(CloudServer Server) : CloudCreation;

    /// <summary>It was certainly not carried out.</summary>
    public sealed record Refused(CloudFailure Failure, string Why, TimeSpan? After) : CloudCreation;

    /// <summary>Nobody knows: the server may be there, now or in a while.</summary>
    public sealed record Open(string Why) : CloudCreation;

    /// <summary>Places an order, once.</summary>
    public static async Task<CloudCreation> PlaceAsync(ICloud cloud, CloudOrder order, string? prepared, CancellationToken cancel)
    {
        try
        {
            return new Made(await cloud.CreateAsync(order, prepared, cancel).ConfigureAwait(false));
        }
        catch (CloudException e) when (!e.MayHaveHappened)
        {
            return new Refused(e.Failure, e.Message, e.After);
        }
        catch (CloudException e)
        {
            return new Open(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A driver's own mistake after the request left says nothing of what the provider did.
            return new Open($"what {cloud.Traits.Title} answered was not expected ({e.GetType().Name})");
        }
    }
}
