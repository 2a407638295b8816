using Rackboot.Core.Storage;

namespace Rackboot.Core.Tests.Store;

/// <summary>The store of an older Rackboot becomes one of this, whole or not at all.</summary>
public sealed class SchemaTests : IDisposable
{
    private const string OfSchemaThree = "machines, observations, machineconfigs, profiles, assets, leases, boots, timelines, events, "
        + "credentials, bmcs, images, bundles";

    private readonly StoreDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_store_that_cannot_be_brought_to_the_new_schema_stays_as_it_was_and_the_error_says_what_to_do()
    {
        await MakeOlderAsync();
        _directory.Sql("CREATE TABLE jointokens (other TEXT);"); // the last but some of the steps meets it
        var before = _directory.Sql("SELECT name FROM sqlite_schema ORDER BY name; SELECT * FROM leases; PRAGMA user_version;");

        var error = Assert.Throws<InvalidDataException>(() => { _directory.Open(); });
        Assert.Contains($"bringing {_directory.File} from schema 3 to", error.Message, StringComparison.Ordinal);
        Assert.Contains("table jointokens already exists", error.Message, StringComparison.Ordinal);
        Assert.Contains("The store is unchanged.", error.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get remove rackboot", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _directory.Sql("SELECT name FROM sqlite_schema ORDER BY name; SELECT * FROM leases; PRAGMA user_version;"));
        Assert.Equal("ok", _directory.Sql("PRAGMA integrity_check;").Trim());

        _directory.Sql("DROP TABLE jointokens;");
        await using var store = _directory.Open();
        Assert.Equal("kept", StoreJson.Read<string>(store.Find(Table.Leases, "10.0.0.7")!));
    }

    [Fact]
    public async Task A_store_that_has_no_room_to_become_the_new_schema_stays_as_it_was()
    {
        using var disk = new StoreDirectory(megabytes: 2);
        await MakeOlderAsync(disk);
        disk.Fill();
        var error = Assert.Throws<StoreException>(() => { disk.Open(); });
        Assert.Equal(StoreFault.DiskFull, error.Trouble.Fault);
        Assert.Contains($"free space in {disk.Path}", error.Trouble.AtStart, StringComparison.Ordinal);
        disk.Free();
        Assert.Equal("3", disk.Sql("PRAGMA user_version;").Trim());
        await using var store = disk.Open();
        Assert.Equal("kept", StoreJson.Read<string>(store.Find(Table.Leases, "10.0.0.7")!));
    }

    private Task MakeOlderAsync() => MakeOlderAsync(_directory);

    // A store of schema 3: its tables alone, and a lease.
    private static async Task MakeOlderAsync(StoreDirectory directory)
    {
        await using (var store = directory.Open())
            await store.CommitAsync([Change.Put(Table.Leases, "10.0.0.7", "kept")]);
        var names = $"'{OfSchemaThree.Replace(", ", "', '", StringComparison.Ordinal)}'";
        var newer = directory.Sql($"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ({names});");
        directory.Sql(string.Concat(newer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(n => $"DROP TABLE {n};"))
            + "PRAGMA user_version = 3;");
    }
}
