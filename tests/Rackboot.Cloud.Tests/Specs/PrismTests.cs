using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;

namespace Rackboot.Cloud.Tests.Specs;

/// <summary>Orders as the drivers send them, before Prism with the provider's own document: the order passes, and one that is broken is
/// refused.
/// Prism is a second opinion beside <see cref="Specification"/>.</summary>
[Trait("Category", "Slow")]
public sealed class PrismTests
{
    public static TheoryData<string> Names => SpecificationTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_order_passes_and_an_empty_one_is_refused(string provider)
    {
        var (file, prefix) = SpecificationTests.DocumentFor(provider);
        var document = Path.Combine(Specification.Folder, file);
        Assert.SkipUnless(File.Exists(document), "the providers' documents are not here");
        await using var prism = await Prism.StartAsync(document);
        using var rack = await CloudRack.StartAsync(Providers.Start(provider));
        await SpecificationTests.LiveAsync(rack);
        var order = rack.Cloud.Requests.First(rack.Cloud.IsCreate);
        var path = order.Url.AbsolutePath.StartsWith(prefix, StringComparison.Ordinal) ? order.Url.AbsolutePath[prefix.Length..]
            : order.Url.AbsolutePath;
        Assert.InRange((int)await prism.SendAsync(order.Message, path, order.Body), 200, 299);
        Assert.InRange((int)await prism.SendAsync(order.Message, path, "{}"), 400, 499);
    }
}
