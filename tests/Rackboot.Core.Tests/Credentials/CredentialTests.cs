using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Credentials;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Tests.Credentials;

public sealed class CredentialTests : IAsyncLifetime
{
    private static readonly MachineId One = new("one");
    private static readonly MachineId Two = new("two");

    private readonly string _directory = Directory.CreateTempSubdirectory("rackboot-credentials-").FullName;
    private SqliteStore _store = null!;
    private EventLog _events = null!;
    private CredentialVault _vault = null!;

    public ValueTask InitializeAsync()
    {
        Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_password_survives_a_restart_encrypted_and_is_told_to_nobody()
    {
        var applied = await PutAsync("hunter2-hunter2");
        Assert.True(applied.Created);
        await RestartAsync();
        Assert.Equal(("admin", "hunter2-hunter2"), Login("bmc", One));
        Assert.DoesNotContain("hunter2", $"{_vault.Find("bmc")} {_vault.For("bmc", One)}", StringComparison.Ordinal);
        await _store.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(_directory))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            Assert.Equal(-1, bytes.AsSpan().IndexOf("hunter2"u8));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Convert.ToBase64String("hunter2-hunter2"u8))));
        }
    }

    [Fact]
    public async Task A_credential_deleted_while_its_password_changes_does_not_come_back()
    {
        for (var i = 0; i < 50; i++)
        {
            await PutAsync("old");
            var change = _vault.BeginChangeAsync("bmc", new Secret("new"));
            var deletion = _vault.DeleteAsync("bmc");
            await Task.WhenAll(deletion, change.ContinueWith(_ => { }, TaskScheduler.Default));
            Assert.Null(_vault.Find("bmc"));
            Assert.Empty(_store.Load(Table.Credentials));
        }
    }

    [Fact]
    public async Task Without_a_password_the_stored_one_stays_and_versions_are_held()
    {
        Assert.Equal("/password", (await _vault.PutAsync("bmc", "admin", null, null, dryRun: false)).Refusal!.Path);
        await PutAsync("hunter2");
        Assert.Equal(1, (await _vault.PutAsync("bmc", "admin", null, null, dryRun: false)).Document!.Version);
        Assert.Equal(1, (await PutAsync("hunter2")).Document!.Version);
        Assert.Equal(2, (await _vault.PutAsync("bmc", "root", null, null, dryRun: false)).Document!.Version);
        Assert.Equal(("root", "hunter2"), Login("bmc", One));
        Assert.Equal(RefusalKind.Changed, (await _vault.PutAsync("bmc", "x", null, 1, dryRun: false)).Refusal!.Kind);
        Assert.Equal(3, (await _vault.PutAsync("bmc", "x", null, null, dryRun: true)).Document!.Version);
        Assert.Equal(("root", "hunter2"), Login("bmc", One));
    }

    [Fact]
    public async Task A_credential_in_use_is_not_deleted_and_a_machine_cannot_name_one_that_is_not_there()
    {
        var inventory = new Inventory(_store, _events, TimeProvider.System, _vault);
        var spec = new MachineSpec
        {
            Serial = "S-1", Bmc = new BmcSpec { Driver = BmcDriver.Ipmi, Address = "10.0.0.1", Credential = "bmc", Kg = "kg" },
        };
        Assert.Equal("/bmc/credential", (await inventory.PutMachineAsync("a", spec, null, null, false)).Refusal!.Path);
        await PutAsync("hunter2");
        Assert.Equal("/bmc/kg", (await inventory.PutMachineAsync("a", spec, null, null, false)).Refusal!.Path);
        await _vault.PutAsync("kg", "kg", new Secret("k"), null, false);
        Assert.Null((await inventory.PutMachineAsync("a", spec, null, null, false)).Refusal);
        Assert.Equal("credential kg is used by machine a; give its bmc another one first",
            (await inventory.DeleteCredentialAsync("kg", null))!.Message);
        await inventory.DeleteMachineAsync("a", null);
        Assert.Equal(RefusalKind.Changed, (await inventory.DeleteCredentialAsync("kg", 7))!.Kind);
        Assert.Null(await inventory.DeleteCredentialAsync("kg", 1));
        Assert.Equal(RefusalKind.NotFound, (await inventory.DeleteCredentialAsync("kg", null))!.Kind);
    }

    [Fact]
    public async Task While_a_password_changes_each_bmc_is_asked_with_the_one_it_has_proven_over_a_restart_too()
    {
        await PutAsync("old");
        await _vault.BeginChangeAsync("bmc", new Secret("new"));
        await _vault.ProvenAsync("bmc", Two);
        await RestartAsync();
        Assert.Equal((("admin", "old"), ("admin", "new")), (Login("bmc", One), Login("bmc", Two)));
        Assert.True(_vault.Find("bmc")!.Rotating);
        Assert.Equal("new"u8.ToArray(), (await _vault.BeginChangeAsync("bmc", new Secret("newer"))).Reveal().ToArray());
        Assert.Equal(RefusalKind.Conflict, (await PutAsync("another")).Refusal!.Kind);
        Assert.Null((await PutAsync("old")).Refusal);
        await _vault.ProvenAsync("bmc", One);
        await _vault.FinishChangeAsync("bmc");
        Assert.Equal((("admin", "new"), false), (Login("bmc", One), _vault.Find("bmc")!.Rotating));
        await RestartAsync();
        Assert.Equal(("admin", "new"), Login("bmc", One));
    }

    private Task<Applied<Credential>> PutAsync(string password) =>
        _vault.PutAsync("bmc", "admin", new Secret(password), null, dryRun: false);

    private (string, string) Login(string name, MachineId machine) =>
        _vault.For(name, machine) is { } login ? (login.Username, Encoding.UTF8.GetString(login.Password.Reveal().Span)) : default;

    private async Task RestartAsync()
    {
        await _store.DisposeAsync();
        Open();
    }

    private void Open()
    {
        _store = SqliteStore.Open(Path.Combine(_directory, "rackboot.db"), NullLogger.Instance);
        _events = new EventLog(_store, TimeProvider.System, NullLogger<EventLog>.Instance);
        _vault = new CredentialVault(_store, _events, TimeProvider.System);
    }
}
