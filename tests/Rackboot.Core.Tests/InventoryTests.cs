using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Tests;

public sealed class InventoryTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("inventory").FullName;
    private SqliteStore _store = null!;
    private Inventory _inventory = null!;

    public ValueTask InitializeAsync()
    {
        _store = SqliteStore.Open(Path.Combine(_directory, "rackboot.db"), NullLogger.Instance);
        _inventory = new Inventory(_store, new EventLog(_store, TimeProvider.System, NullLogger<EventLog>.Instance), TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_discovered_machine_that_fits_becomes_the_described_one_and_survives_a_restart()
    {
        var uuid = Guid.NewGuid();
        var discovered = _inventory.Observe(new MachineIdentity { Mac = Mac("52:54:00:00:00:01"), Uuid = uuid });
        Assert.False(discovered.Accepted);
        var applied = await _inventory.PutMachineAsync(
            "node-01", new MachineSpec { Macs = [Mac("52:54:00:00:00:01")] }, new Secret("x"), null, dryRun: false);
        Assert.Equal(discovered.Id, applied.Document!.Id);
        Assert.Equal(applied.Document.Id,
            _inventory.Observe(new MachineIdentity { Mac = Mac("52:54:00:00:00:02"), Uuid = SystemUuid.Swap(uuid) }).Id);
        Assert.Equal(1, _inventory.Fleet.Count);

        await _store.DisposeAsync();
        await InitializeAsync();
        var again = _inventory.Fleet.Named("node-01")!;
        Assert.Equal((applied.Document.Id, uuid), (again.Id, again.Observed.Uuid!.Value));
        Assert.Equal("x"u8.ToArray(), _inventory.Config(again.Id)!.Reveal().ToArray());
    }

    [Theory]
    [InlineData("03000200-0400-0500-0006-000700080009")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("44444444-4444-4444-4444-444444444444")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    public void A_uuid_that_every_board_shows_identifies_nothing(string uuid)
    {
        var shared = Guid.Parse(uuid);
        var one = _inventory.Observe(
            new MachineIdentity { Mac = Mac("52:54:00:00:00:01"), Uuid = shared, Serial = "To be filled by O.E.M." });
        var two = _inventory.Observe(
            new MachineIdentity { Mac = Mac("52:54:00:00:00:02"), Uuid = shared, Serial = "To be filled by O.E.M." });
        Assert.NotEqual(one.Id, two.Id);
    }

    [Fact]
    public async Task What_the_operator_said_goes_before_what_was_seen()
    {
        await _inventory.PutMachineAsync("a", new MachineSpec { Macs = [Mac("52:54:00:00:00:0a")] }, null, null, false);
        await _inventory.PutMachineAsync("b", new MachineSpec { Macs = [Mac("52:54:00:00:00:0b")] }, null, null, false);
        var uuid = Guid.NewGuid();
        _inventory.Observe(new MachineIdentity { Mac = Mac("52:54:00:00:00:0a"), Uuid = uuid });
        Assert.Equal("b", _inventory.Observe(new MachineIdentity { Mac = Mac("52:54:00:00:00:0b"), Uuid = uuid }).Name);
    }

    [Fact]
    public async Task Claims_conflict_and_versions_are_held()
    {
        Assert.True((await _inventory.PutMachineAsync("a", new MachineSpec { Macs = [Mac("52:54:00:00:00:0a")] }, null, 0, false)).Created);
        Assert.Equal(RefusalKind.Conflict, (await _inventory.PutMachineAsync(
            "b", new MachineSpec { Macs = [Mac("52:54:00:00:00:0a")] }, null, null, false)).Refusal!.Kind);
        Assert.Equal(
            RefusalKind.Changed, (await _inventory.PutMachineAsync("a", new MachineSpec { Serial = "S1" }, null, 7, false)).Refusal!.Kind);
        Assert.Equal(RefusalKind.Invalid,
            (await _inventory.PutMachineAsync("a", new MachineSpec { Serial = "S1", Profile = "none" }, null, null, false)).Refusal!.Kind);
        Assert.Equal(2, (await _inventory.PutMachineAsync("a", new MachineSpec { Serial = "S1" }, null, 1, false)).Document!.Version);
        Assert.Equal(RefusalKind.NotFound, (await _inventory.DeleteMachineAsync("c", null))!.Kind);
        Assert.Null(await _inventory.DeleteMachineAsync("a", 2));
        Assert.Equal(0, _inventory.Fleet.Count);
    }

    [Fact]
    public async Task The_store_keeps_all_changes_of_a_commit_or_none()
    {
        await _store.CommitAsync([Change.Replace(Table.Profiles, "p", "one", 0)]);
        await Assert.ThrowsAsync<VersionConflictException>(
            () => _store.CommitAsync([Change.Put(Table.Profiles, "q", "x"), Change.Replace(Table.Profiles, "p", "two", 5)]));
        Assert.Null(_store.Find(Table.Profiles, "q"));
        Assert.Equal("one", StoreJson.Read<string>(_store.Find(Table.Profiles, "p")!));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_directory, "rackboot.db")));
    }

    [Fact]
    public async Task Applying_a_machine_again_brings_back_a_configuration_that_is_gone_from_the_store()
    {
        var spec = new MachineSpec { Serial = "S1", Config = new MachineConfigDigest(new Secret("x").Sha256, 1) };
        var machine = (await _inventory.PutMachineAsync("a", spec, new Secret("x"), null, false)).Document!;
        await _store.CommitAsync([Change.Delete(Table.MachineConfigs, machine.Id.Value)]);
        await _inventory.PutMachineAsync("a", spec, new Secret("x"), null, false);
        Assert.Equal("x"u8.ToArray(), _inventory.Config(machine.Id)!.Reveal().ToArray());
    }

    [Fact]
    public async Task What_is_said_again_changes_nothing_and_a_dry_run_never_does()
    {
        var spec = new MachineSpec { Serial = "S1", Config = new MachineConfigDigest(new Secret("x").Sha256, 1) };
        Assert.True((await _inventory.PutMachineAsync("a", spec, new Secret("x"), null, dryRun: true)).Created);
        Assert.Equal(0, _inventory.Fleet.Count);
        Assert.Equal(1, (await _inventory.PutMachineAsync("a", spec, new Secret("x"), null, false)).Document!.Version);
        Assert.Equal(1, (await _inventory.PutMachineAsync("a", spec, new Secret("x"), null, false)).Document!.Version);
        Assert.Equal(
            2, (await _inventory.PutMachineAsync("a", spec with { Boot = BootSource.Disk }, null, null, dryRun: true)).Document!.Version);
        Assert.Equal((1, BootSource.Network), (_inventory.Fleet.Named("a")!.Version, _inventory.Fleet.Named("a")!.Spec!.Boot));
    }

    [Fact]
    public async Task A_configuration_that_the_machine_no_longer_has_is_gone_from_the_store()
    {
        var spec = new MachineSpec { Serial = "S1", Config = new MachineConfigDigest(new Secret("x").Sha256, 1) };
        var machine = (await _inventory.PutMachineAsync("a", spec, new Secret("x"), null, false)).Document!;
        await _inventory.PutMachineAsync(
            "a", spec with { Profile = null, Labels = new Dictionary<string, string> { ["rack"] = "7" } }, null, null, false);
        Assert.NotNull(_inventory.Config(machine.Id)); // the document told its digest
        await _inventory.PutMachineAsync("a", spec with { Config = null }, null, null, false);
        Assert.Null(_inventory.Config(machine.Id));
    }

    [Fact]
    public async Task A_profile_stays_while_a_machine_uses_it()
    {
        var profile = new Profiles.Profile { Name = "p", TalosVersion = "v1.14.0", Architecture = "amd64" };
        await _inventory.PutProfileAsync(profile, null, false);
        await _inventory.PutMachineAsync("a", new MachineSpec { Serial = "S1", Profile = "p" }, null, null, false);
        Assert.Contains("is used by machine a", (await _inventory.DeleteProfileAsync("p", null))!.Message, StringComparison.Ordinal);
        Assert.Equal(RefusalKind.Changed, (await _inventory.PutProfileAsync(profile, 7, false)).Refusal!.Kind);
        Assert.Equal(1, (await _inventory.PutProfileAsync(profile, 1, false)).Document!.Version);
        Assert.Null(await _inventory.DeleteMachineAsync("a", null));
        Assert.Null(await _inventory.DeleteProfileAsync("p", 1));
        Assert.Equal(RefusalKind.NotFound, (await _inventory.DeleteProfileAsync("p", null))!.Kind);
    }

    [Theory]
    [InlineData("52:54:00:00:01:04", true)]
    [InlineData("52-54-00-00-01-04", true)]
    [InlineData("5254.0000.0104", true)]
    [InlineData("525400000104", true)]
    [InlineData("52:54:00-00:01:04", false)]
    [InlineData("52:54:00:00:01", false)]
    [InlineData("52:54:00:00:01:0g", false)]
    public void A_mac_address_is_read_in_the_forms_of_the_field(string text, bool valid)
    {
        Assert.Equal(valid, MacAddress.TryParse(text, out var mac));
        if (valid)
            Assert.Equal("52:54:00:00:01:04", mac.ToString());
    }

    [Fact]
    public void Random_texts_never_throw_as_addresses_names_or_serials()
    {
        var random = new Random(9);
        for (var i = 0; i < 100_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(24)).Select(_ => (char)random.Next(i % 2 == 0 ? 128 : 0x3000))]);
            Assert.True(!MacAddress.TryParse(text, out var mac) || mac.ToString().Length == 17);
            SystemSerial.Canonical(text);
            Core.Assets.AssetName.Mistake(text);
        }
    }

    private static MacAddress Mac(string text) => MacAddress.TryParse(text, out var mac) ? mac : throw new ArgumentException(text);
}
