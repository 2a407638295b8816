using Rackboot.Core.Assets;
using Rackboot.Core.Machines;
using Rackboot.Core.Profiles;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests.Assets;

/// <summary>What stays in the store and what goes.</summary>
public sealed class CareTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Only_old_Talos_files_that_no_profile_names_are_pruned()
    {
        var schematic = new string('a', 64);
        Asset[] assets =
        [
            At("talos/v1.12.0/amd64/kernel", 40), At("talos/v1.13.9/amd64/kernel", 40), At("talos/v1.13.9/amd64/initramfs", 40),
            At($"talos/v1.13.9/{schematic}/amd64/kernel", 40), At("talos/v1.14.0/amd64/kernel", 2), At("ipxe/amd64/ipxe.efi", 400),
        ];
        Profile[] profiles = [new() { Name = "default", TalosVersion = "v1.13.9", Architecture = "amd64" }];
        Assert.Equal(["talos/v1.12.0/amd64/kernel", $"talos/v1.13.9/{schematic}/amd64/kernel"],
            AssetPrune.Plan(assets, profiles, Now.AddDays(-30)).Select(a => a.Name));
        profiles = [.. profiles, new() { Name = "gpu", TalosVersion = "v1.13.9", Architecture = "amd64", Schematic = schematic }];
        Assert.Equal(["talos/v1.12.0/amd64/kernel"], AssetPrune.Plan(assets, profiles, Now.AddDays(-30)).Select(a => a.Name));
    }

    [Fact]
    public async Task Files_that_nothing_names_go_at_their_age_and_those_of_a_cluster_without_machines_stay()
    {
        await using var rack = Rack.Start();
        await rack.ImportAsync("talos/v1.12.0/amd64/kernel", "old");
        await rack.ImportAsync("talos/v1.13.9/amd64/kernel", "of a cluster");
        await rack.ImportAsync("talos/v1.13.8/arm64/kernel", "of a profile");
        await rack.Inventory.PutProfileAsync(
            new Profile { Name = "edge", TalosVersion = "v1.13.8", Architecture = "arm64" }, null, dryRun: false);
        var keeper = new AssetKeeper(rack.Assets, rack.Content, rack.Inventory, rack.Clock)
        {
            Clusters = () => [new ClusterSeat("prod", "v1.13.9", null)],
        };
        rack.Clock.Pass(29 * 24 * 3600);
        Assert.Empty(await keeper.PruneAsync(TimeSpan.FromDays(30), dryRun: false, "a test"));
        rack.Clock.Pass(2 * 24 * 3600);
        Assert.Single(await keeper.PruneAsync(TimeSpan.FromDays(30), dryRun: true, "a test"));
        Assert.Equal(3, rack.Assets.All.Count);
        Assert.Equal(["talos/v1.12.0/amd64/kernel"],
            (await keeper.PruneAsync(TimeSpan.FromDays(30), dryRun: false, "a test")).Select(a => a.Name));
        Assert.Equal(["talos/v1.13.8/arm64/kernel", "talos/v1.13.9/amd64/kernel"], rack.Assets.All.Keys.Order());
    }

    [Fact]
    public async Task A_file_that_changed_on_the_disk_is_found()
    {
        await using var rack = Rack.Start();
        var asset = await rack.ImportAsync("talos/v1.13.9/amd64/kernel", "kernel");
        Assert.Null(await ContentCheck.MistakeAsync(asset.File, asset.Sha256, asset.Bytes, CancellationToken.None));
        await File.WriteAllTextAsync(asset.File, "Kernel");
        Assert.Contains("its content has changed",
            await ContentCheck.MistakeAsync(asset.File, asset.Sha256, asset.Bytes, CancellationToken.None), StringComparison.Ordinal);
        await File.WriteAllTextAsync(asset.File, "ker");
        Assert.Equal("has 3 bytes; 6 bytes were stored",
            await ContentCheck.MistakeAsync(asset.File, asset.Sha256, asset.Bytes, CancellationToken.None));
        File.Delete(asset.File);
        Assert.Contains("cannot be read", await ContentCheck.MistakeAsync(asset.File, asset.Sha256, asset.Bytes, CancellationToken.None),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assets_of_an_older_release_of_Rackboot_stay_where_they_are_and_are_removed_from_there()
    {
        await using var rack = Rack.Start();
        var file = Path.Combine(rack.Directory, "assets", "talos~v1.12.0~amd64~kernel.0123456789abcdef");
        await File.WriteAllTextAsync(file, "old");
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("old"u8));
        var asset = new Asset { Name = "talos/v1.12.0/amd64/kernel", File = file, Bytes = 3, Sha256 = sha256, Added = Now,
            Origin = AssetOrigin.Imported };
        await rack.Store.CommitAsync([Core.Storage.Change.Put(Core.Storage.Table.Assets, asset.Name, asset)]);
        await rack.RestartAsync();
        rack.Content.Sweep();
        Assert.Equal(asset, rack.Assets.Find(asset.Name));
        Assert.Null(await rack.Assets.RemoveAsync(asset.Name));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Content_that_nothing_is_made_of_is_cleared_away_at_the_start()
    {
        await using var rack = Rack.Start();
        var asset = await rack.ImportAsync("talos/v1.13.9/amd64/kernel", "kernel");
        var orphan = rack.Content.PathOf(new string('0', 64));
        await File.WriteAllTextAsync(orphan, "left by a power cut");
        await rack.RestartAsync();
        rack.Content.Sweep();
        Assert.False(File.Exists(orphan));
        Assert.True(File.Exists(asset.File));
    }

    private static Asset At(string name, int daysAgo) =>
        new() { Name = name, File = "/x", Bytes = 1, Sha256 = new string('b', 64), Added = Now.AddDays(-daysAgo),
            Origin = AssetOrigin.Imported };
}
