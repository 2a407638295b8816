using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core.Clouds;

namespace Rackboot.Cloud.Tests.Specs;

/// <summary>Every request that a machine's whole life takes, held against the provider's own document.</summary>
public sealed class SpecificationTests
{
    // What is right and not in the document, with its source.
    private static readonly Dictionary<string, (string File, string Prefix, string[] Beside)> Documents = new()
    {
        ["vultr"] = ("vultr.openapi.yaml", "/v2", ["type"]),
        // The specification leaves the query of /inventory/product open; cluster-api-provider-hivelocity sends it.
        ["hivelocity"] = ("hivelocity.swagger.yaml", "/api/v2", ["group_by"]),
        ["phoenixnap"] = ("phoenixnap-bmcapi.yaml", "/bmc/v1", []),
        ["i3d"] = ("i3dnet-flexmetal.openapi.json", "", []),
        ["digitalocean"] = ("digitalocean.openapi.yaml", "", []),
        ["hetzner-cloud"] = ("hetzner-cloud.openapi.json", "/v1", []),
        ["linode"] = ("linode.openapi.yaml", "", ["page", "page_size"]),
        ["openmetal"] = ("openstack-compute-2.96.prism.yaml", "/compute", []),
    };

    /// <summary>Whether there is a document of the provider.</summary>
    public static bool Has(string provider) => Documents.ContainsKey(provider);

    /// <summary>The file of a provider's document, and what paths of requests begin with and the document's do not.</summary>
    public static (string File, string Prefix) DocumentFor(string provider) => (Documents[provider].File, Documents[provider].Prefix);

    public static TheoryData<string> Names => [.. Documents.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_whole_life_is_as_the_specification_has_it(string provider)
    {
        var (file, prefix, beside) = Documents[provider];
        Assert.SkipWhen(Specification.Load(file, prefix) is null, "the providers' documents are not here");
        using var rack = await CloudRack.StartAsync(Providers.Start(provider));
        await LiveAsync(rack);
        var mistakes = Mistakes(provider, rack.Cloud.Requests, beside).Distinct().ToList();
        Assert.True(mistakes.Count == 0, string.Join('\n', mistakes));
        Assert.Contains(rack.Cloud.Requests, rack.Cloud.IsCreate);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_order_that_lacks_what_is_required_is_refused(string provider)
    {
        var (file, prefix, beside) = Documents[provider];
        Assert.SkipWhen(Specification.Load(file, prefix) is null, "the providers' documents are not here");
        using var rack = await CloudRack.StartAsync(Providers.Start(provider));
        await LiveAsync(rack);
        var order = rack.Cloud.Requests.First(rack.Cloud.IsCreate);
        foreach (var broken in (SimulatedRequest[])[order with { Body = "{}" },
            order with { Body = order.Body.Insert(1, "\"no_such_member\":1,") }])
            Assert.True(Mistakes(provider, [broken], beside).Any() || (broken.Body == "{}" && provider is "linode"), broken.Body);
    }

    private static IEnumerable<string> Mistakes(string provider, IEnumerable<SimulatedRequest> requests, string[] beside) =>
        from request in requests
        let document = DocumentOf(provider, request)
        where document is not null
        let mistake = document.Mistake(request.Method.Method, request.Url, request.Body, beside.ToHashSet())
        where mistake is not null
        select mistake;

    // Some providers have a document for each of their services.
    private static Specification? DocumentOf(string provider, SimulatedRequest request) => (provider, request.Path[0]) switch
    {
        ("phoenixnap", "auth") => null,
        // Where images are fetched from and uploaded to.
        ("linode", "image" or "upload") => null,
        ("phoenixnap", "billing") => Specification.Load("phoenixnap-billingapi.yaml", "/billing/v1"),
        ("openmetal", "identity") => Specification.Load("openstack-identity-3.14.yaml", "/identity"),
        ("openmetal", "image") => Specification.Load("openstack-image-2.16.yaml", "/image"),
        _ => Specification.Load(Documents[provider].File, Documents[provider].Prefix),
    };

    internal static async Task LiveAsync(CloudRack rack)
    {
        await rack.PlaceAsync("node-31");
        await rack.RoundsAsync();
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(40);
        Assert.Equal(PlacementStage.Running, rack.Placement("node-31").Stage);
        var (traits, id) = (Clouds.Traits(rack.Cloud.Provider)!, rack.Placement("node-31").Server!);
        foreach (var to in traits.Switches)
            await rack.Lines.AskAsync(rack.Provider, (cloud, stop) => Done(cloud.SwitchAsync(id, to, stop)), CancellationToken.None);
        if (traits.Console is { } kind)
            Assert.Equal(kind, (await rack.Lines.AskAsync(
                rack.Provider, (cloud, stop) => cloud.OpenConsoleAsync(id, new CloudVisitor("192.0.2.1", null), stop),
                    CancellationToken.None)).Kind);
        await rack.DeleteAsync("node-31");
        await rack.RoundsAsync(12);
        Assert.Empty(rack.Cloud.Alive);
    }

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }
}
