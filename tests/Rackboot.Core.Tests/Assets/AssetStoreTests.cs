using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Rackboot.Core.Assets;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class AssetStoreTests
{
    private const string Kernel = "talos/v1.14.0/amd64/kernel";

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

    [Fact]
    public async Task An_asset_is_stored_with_its_size_and_digest_and_survives_a_restart()
    {
        await using var rack = Rack.Start();
        var asset = await rack.ImportAsync(Kernel, "kernel");
        Assert.Equal((6, Convert.ToHexStringLower(SHA256.HashData("kernel"u8))), (asset.Bytes, asset.Sha256));
        Assert.Equal("kernel", await File.ReadAllTextAsync(asset.File));
        await rack.RestartAsync();
        Assert.Equal(asset, rack.Assets.Find(Kernel));
        Assert.StartsWith($"asset {Kernel} imported by alice, 6 bytes",
            Assert.Single(rack.EventsSoFar(), e => e.Kind == "asset.imported").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_breaks_off_leaves_the_old_asset_and_no_file()
    {
        await using var rack = Rack.Start();
        var old = await rack.ImportAsync(Kernel, "old");
        await Assert.ThrowsAsync<IOException>(
            () => rack.Assets.ImportAsync(Kernel, new BreakingStream(5_000_000), "alice", CancellationToken.None));
        Assert.Equal(old, rack.Assets.Find(Kernel));
        Assert.Equal([old.File], Files(rack));
    }

    [Fact]
    public async Task What_an_import_left_when_the_power_went_is_removed_at_the_next_start()
    {
        await using var rack = Rack.Start();
        await File.WriteAllTextAsync(Path.Combine(rack.Directory, "assets", "0123.part"), "half");
        await rack.RestartAsync();
        Assert.Empty(Files(rack));
    }

    [Fact]
    public async Task An_import_that_cannot_be_noted_down_leaves_no_file()
    {
        await using var rack = Rack.Start();
        var store = Substitute.For<IStore>();
        store.Load(default, "").ReturnsForAnyArgs([]);
        store.CommitAsync(default!).ReturnsForAnyArgs(Task.FromException(new IOException("no space left on device")));
        var assets = new AssetStore(
            rack.Directory, rack.Content, rack.Distribution, store, rack.Events, rack.Clock, NullLogger<AssetStore>.Instance);
        await Assert.ThrowsAsync<IOException>(
            () => assets.ImportAsync(Kernel, new MemoryStream([1, 2, 3]), "alice", CancellationToken.None));
        Assert.Null(assets.Find(Kernel));
        Assert.Empty(Files(rack));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("ipxe")]
    [InlineData("ipxe/amd64")]
    [InlineData("ipxe/amd64/a/b")]
    [InlineData("ipxe/../../etc/passwd")]
    [InlineData("../ipxe/x")]
    [InlineData("ipxe/./x")]
    [InlineData("ipxe//x")]
    [InlineData("/ipxe/amd64/x")]
    [InlineData("ipxe/amd64/.hidden")]
    [InlineData("ipxe/amd64/x\0.efi")]
    [InlineData("ipxe/amd64/..\\x")]
    [InlineData("ipxe/amd64/a b")]
    [InlineData("ipxe/amd64/a~b")]
    [InlineData("ipxe/amd64/ü")]
    [InlineData("talos/v1.14.0/amd64/rootfs")]
    [InlineData("other/a/b")]
    public async Task A_name_that_is_not_an_assets_is_refused_and_writes_nothing(string name)
    {
        await using var rack = Rack.Start();
        Assert.Equal(
            RefusalKind.Invalid,
            (await rack.Assets.ImportAsync(name, new MemoryStream([1]), "alice", CancellationToken.None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await rack.Assets.RemoveAsync(name))!.Kind);
        Assert.Empty(Files(rack));
    }

    [Fact]
    public async Task A_name_has_a_greatest_length_that_the_disk_can_hold()
    {
        await using var rack = Rack.Start();
        await rack.ImportAsync("ipxe/amd64/" + new string('x', AssetName.MostCharacters - 11), "x");
        Assert.NotNull((await rack.Assets.ImportAsync(
            "ipxe/amd64/" + new string('x', AssetName.MostCharacters - 10), new MemoryStream([1]), "alice",
            CancellationToken.None)).Refusal);
    }

    [Fact]
    public async Task An_empty_file_is_refused()
    {
        await using var rack = Rack.Start();
        Assert.Contains("is empty",
            (await rack.Assets.ImportAsync(Kernel, new MemoryStream(), "alice", CancellationToken.None)).Refusal!.Message,
            StringComparison.Ordinal);
        Assert.Empty(Files(rack));
    }

    [Fact]
    public async Task A_transfer_under_way_goes_on_when_its_asset_is_replaced_or_removed()
    {
        await using var rack = Rack.Start();
        foreach (var change in new Func<Task>[] { () => rack.ImportAsync(Kernel, "another"), () => rack.Assets.RemoveAsync(Kernel) })
        {
            using var transfer = File.OpenText((await rack.ImportAsync(Kernel, "kernel")).File);
            await change();
            Assert.Equal("kernel", await transfer.ReadToEndAsync());
        }

        Assert.Empty(Files(rack));
    }

    [Fact]
    public async Task Imports_of_one_name_at_the_same_time_leave_one_whole_asset()
    {
        await using var rack = Rack.Start();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => rack.ImportAsync(Kernel, $"kernel {i % 3}"))));
        var asset = rack.Assets.Find(Kernel)!;
        Assert.Equal([asset.File], Files(rack));
        Assert.Equal(asset.Sha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(asset.File))));
        Assert.Equal(asset, StoreJson.Read<Asset>(rack.Store.Find(Table.Assets, Kernel)!));
    }

    [Fact]
    public async Task A_link_where_an_asset_is_to_lie_is_replaced_and_not_followed()
    {
        await using var rack = Rack.Start();
        var asset = await rack.ImportAsync(Kernel, "kernel");
        await rack.Assets.RemoveAsync(Kernel);
        var victim = Path.Combine(rack.Directory, "victim");
        await File.WriteAllTextAsync(victim, "untouched");
        File.CreateSymbolicLink(asset.File, victim);
        await rack.ImportAsync(Kernel, "kernel");
        Assert.Equal(("untouched", "kernel"), (await File.ReadAllTextAsync(victim), await File.ReadAllTextAsync(asset.File)));
        Assert.Null(File.ResolveLinkTarget(asset.File, returnFinalTarget: false));
    }

    [Fact]
    public async Task A_file_of_the_distribution_that_is_a_link_is_served_with_the_length_of_what_it_leads_to()
    {
        await using var rack = Rack.Start();
        var real = Path.Combine(rack.Directory, "real.efi");
        await File.WriteAllTextAsync(real, "a boot program");
        File.CreateSymbolicLink(Path.Combine(rack.Distribution, "ipxe.efi"), real);
        File.CreateSymbolicLink(Path.Combine(rack.Distribution, "undionly.kpxe"), "/nowhere");
        File.CreateSymbolicLink(Path.Combine(rack.Distribution, "snponly.efi"), "snponly.efi");
        await rack.RestartAsync();
        var asset = Assert.Single(rack.Assets.All.Values);
        Assert.Equal(("ipxe/amd64/ipxe.efi", real, 14), (asset.Name, asset.File, asset.Bytes));
        Assert.Equal(RefusalKind.Conflict, (await rack.Assets.RemoveAsync(asset.Name))!.Kind);
        Assert.True(File.Exists(real));
    }

    [Fact]
    public async Task An_asset_whose_file_is_gone_at_the_start_is_not_offered()
    {
        await using var rack = Rack.Start();
        File.Delete((await rack.ImportAsync(Kernel, "kernel")).File);
        await rack.RestartAsync();
        Assert.Null(rack.Assets.Find(Kernel));
    }

    private static IEnumerable<string> Files(Rack rack) =>
        Directory.EnumerateFiles(Path.Combine(rack.Directory, "assets"), "*", SearchOption.AllDirectories);

    private sealed class BreakingStream(int after) : MemoryStream(new byte[after])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("the connection broke off");
    }
}
