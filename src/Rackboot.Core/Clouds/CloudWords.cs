using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>Machines at providers, in words.</summary>
public static class CloudWords
{
    /// <summary><c>0.21 USD an hour, 50.00 USD once</c>.</summary>
    public static string Price(Quote? quote)
    {
        if (quote is null)
            return "a price not known yet";
        var hourly = quote.Hourly is { } price ? $"{price} an hour" : "a price that the provider does not publish";
        return quote.Setup is { Amount: > 0 } setup ? $"{hourly} and {setup} once" : hourly;
    }

    public static string What(Place place) => place.Server is { } server ? $"server {server}" : $"{place.Plan} in {place.Location}";

    /// <summary>A machine's stage, in a sentence.</summary>
    public static string Of(Placement placement) => placement.Stage switch
    {
        PlacementStage.Planned when placement.Approval is null && placement.Quote is not null && placement.Problem is null =>
            $"would be {What(placement.Place)} at {placement.Place.Provider} for {Price(placement.Quote)}; buy it: rackboot cloud plan "
                + $"--yes {placement.Name}",
        PlacementStage.Planned => $"will be {What(placement.Place)} at {placement.Place.Provider}",
        PlacementStage.Ordering => $"is being ordered at {placement.Place.Provider} as {placement.Mark}",
        PlacementStage.Unsure => $"was ordered at {placement.Place.Provider} as {placement.Mark}; the provider did not confirm",
        PlacementStage.Building => $"is server {placement.Server}; {placement.Place.Provider} is preparing it ({placement.Word})",
        PlacementStage.Running => $"is server {placement.Server} at {placement.Place.Provider} ({placement.Word})",
        PlacementStage.Releasing => $"is being released at {placement.Place.Provider} (server {placement.Server})",
        PlacementStage.Ending => $"was released at {placement.Place.Provider} and still costs money: {placement.Ends}",
        _ => $"was server {placement.Server}; {placement.Place.Provider} no longer has it",
    };
}
