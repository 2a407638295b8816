using Rackboot.Core.Assets;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class AssetStoreTests
{
    [Fact]
    public async Task Removing_an_imported_asset_brings_back_the_one_of_the_distribution()
    {
        await using var rack = Rack.Start();
        File.WriteAllText(Path.Combine(rack.Distribution, "undionly.kpxe"), "distribution");
        await rack.RestartAsync();
        await rack.ImportAsync("ipxe/bios/undionly.kpxe", "ours");
        Assert.Null(await rack.Assets.RemoveAsync("ipxe/bios/undionly.kpxe"));
        Assert.Equal(AssetOrigin.Distribution, rack.Assets.Find("ipxe/bios/undionly.kpxe")!.Origin);
    }

    [Fact]
    public async Task Importing_an_asset_again_mends_one_whose_file_is_gone()
    {
        await using var rack = Rack.Start();
        var asset = await rack.ImportAsync("ipxe/bios/undionly.kpxe", "ours");
        File.Delete(asset.File);
        Assert.True(File.Exists((await rack.ImportAsync("ipxe/bios/undionly.kpxe", "ours")).File));
    }
}
