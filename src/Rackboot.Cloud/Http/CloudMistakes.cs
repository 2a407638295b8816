namespace Rackboot.Cloud.Http;

/// <summary>What every driver may have to say.</summary>
internal static class CloudMistakes
{
    /// <summary>The answer to an order has no server in it.</summary>
    public static CloudException NoServer(this CloudTraits traits) =>
        new(CloudFailure.BadAnswer, $"{traits.Title} accepted the order, but did not return the server's id");

    public static CloudException NoConsole(this CloudTraits traits) =>
        new(CloudFailure.BadAnswer, $"{traits.Title} returned no console address");

    /// <summary>The provider could not fetch an image, or does not take it.</summary>
    public static CloudException BadImage(this CloudTraits traits, CloudBoot.DiskImage image, string why) => new(CloudFailure.Rejected,
        $"{traits.Title} could not use image {image.Name} ({why}); look at {image.Url}, and delete the image there to try again");

    /// <summary>The planner chose a route that is not the provider's: a mistake of ours.</summary>
    public static InvalidOperationException NoRoute(this CloudTraits traits, CloudBoot boot) =>
        new($"{boot.Route} is not a route of {traits.Title}");
}
