using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Operating;

/// <summary>Backups of a running appliance, and what becomes of them on another one.</summary>
public sealed class BackupTests : IDisposable
{
    private const string VictimMac = "52:54:00:00:02:01";

    private static readonly string Rackboot = Path.Combine(TestRack.ProgramDirectory, "rackboot");

    private readonly string _directory = Directory.CreateTempSubdirectory("backup-").FullName;

    private string File => Path.Combine(_directory, "rackboot.backup");

    private string Passphrase => Path.Combine(_directory, "passphrase");

    public BackupTests() => System.IO.File.WriteAllText(Passphrase, "correct horse battery\n");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_backup_restored_onto_an_empty_machine_boots_the_rack_with_its_leases_and_secrets()
    {
        string? leased;
        await using (var rack = await TestRack.StartAsync())
        {
            await rack.ImportStandInAsync(TestRack.StandInCache);
            var machine = await rack.AddAsync("node-01", MachineFirmware.Bios, 1);
            await rack.DescribeAsync(machine, address: null);
            await using var victim = await ClientNamespace.CreateAsync(rack.Network, "victim", VictimMac);
            leased = await victim.UdhcpcAsync();
            var (exit, output, error) = await rack.RackbootAsync("backup", "create", File, "--passphrase-file", Passphrase, "--assets");
            Assert.True(exit == 0, output + error);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Equal(["passphrase", "rackboot.backup"], Names(_directory));
        Assert.Contains("is whole: ", await SucceedAsync("backup", "verify", File, "--passphrase-file", Passphrase),
            StringComparison.Ordinal);

        var state = Path.Combine(_directory, "state");
        var restored = await SucceedAsync("restore", File, "--passphrase-file", Passphrase, "--data", $"{state}/data", "--config",
            $"{_directory}/restored.yaml");
        Assert.Contains($"into {state}/data", restored, StringComparison.Ordinal);
        Assert.Contains("interfaces: [rack0]", await System.IO.File.ReadAllTextAsync($"{_directory}/restored.yaml",
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await using var other = await VirtualRack.StartAsync(new RackPlan
        {
            Name = $"rbr{Environment.ProcessId % 10000}", StateDirectory = state, Programs = TestRack.ProgramDirectory,
            Settings = TestRack.Subnet, BootSettings = "poll: 1s",
        });
        Assert.Equal(leased, Assert.Single(await other.Client.GetLeasesAsync()).Address);
        await using var again = await ClientNamespace.CreateAsync(other.Network, "victim", VictimMac);
        Assert.Equal(leased, await again.UdhcpcAsync());

        // The BMC's password, the machine's configuration and the boot files are all of the backup.
        await other.AddAsync("node-01", MachineFirmware.Bios, 1);
        await other.PowerAsync("on node-01 --boot network");
        var boot = await other.WaitForAsync("node-01", b => b.Outcome == BootOutcome.Succeeded, TimeSpan.FromMinutes(8));
        Assert.True(boot.Stages.ContainsKey(BootStage.Configured));
    }

    [Fact]
    public async Task What_cannot_be_restored_changes_nothing_and_says_why()
    {
        await using var rack = await TestRack.StartAsync();
        await rack.Client.PutCredentialAsync(new Credential { Name = "bmc", Username = "admin", Password = "seeded-secret" });
        await rack.RackbootAsync("backup", "create", File, "--passphrase-file", Passphrase);
        Assert.DoesNotContain("seeded-secret", await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        var data = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "data");
        Assert.DoesNotContain(Names(data), n => n!.EndsWith(".copy", StringComparison.Ordinal));

        await RefusedAsync("is in use by rackbootd; stop it first", "restore", File, "--passphrase-file", Passphrase, "--data", data);
        await rack.StopDaemonAsync();
        var before = Names(data);
        await RefusedAsync("holds a store already", "restore", File, "--passphrase-file", Passphrase, "--data", data);
        var wrong = Path.Combine(_directory, "wrong");
        await System.IO.File.WriteAllTextAsync(wrong, "another passphrase", TestContext.Current.CancellationToken);
        await RefusedAsync("the passphrase is not the one that the backup was made with", "restore", File, "--passphrase-file", wrong,
            "--data",
            data, "--replace");
        var cut = Path.Combine(_directory, "cut");
        await System.IO.File.WriteAllBytesAsync(cut, (await System.IO.File.ReadAllBytesAsync(File))[..^2000]);
        await RefusedAsync("the backup is cut short", "restore", cut, "--passphrase-file", Passphrase, "--data", data, "--replace");
        await RefusedAsync("the backup is cut short", "backup", "verify", cut, "--passphrase-file", Passphrase);
        await RefusedAsync("this is no backup of Rackboot", "restore", Passphrase, "--passphrase-file", Passphrase, "--data", data,
            "--replace");
        Assert.Equal(before, Names(data));

        await SucceedAsync("restore", File, "--passphrase-file", Passphrase, "--data", data, "--replace", "--config",
            Path.Combine(_directory, "c.yaml"));
        Assert.True(System.IO.File.Exists(Path.Combine(data, "replaced", "rackboot.db")));
        await rack.StartDaemonAsync();
        Assert.Equal("admin", (await rack.Client.GetCredentialAsync("bmc")).Value.Username);
    }

    [Fact]
    public async Task On_a_full_disk_nothing_half_written_stays_and_the_daemon_goes_on()
    {
        await using var rack = await TestRack.StartAsync();
        await using (var big = new MemoryStream(new byte[8 * 1024 * 1024]))
            await rack.Client.PutAssetAsync("talos/v1.14.0/amd64/kernel", big);
        var small = Path.Combine(_directory, "small");
        Directory.CreateDirectory(small);
        await Tool.RunAsync("mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "none", small);
        try
        {
            var (exit, _, error) = await rack.RackbootAsync("backup", "create", $"{small}/b", "--passphrase-file", Passphrase, "--assets");
            Assert.Equal(1, exit);
            Assert.Contains("No space left on device", error, StringComparison.Ordinal);
            Assert.Empty(Names(small));

            Assert.Equal(0, (await rack.RackbootAsync("backup", "create", File, "--passphrase-file", Passphrase, "--assets")).Exit);
            await RefusedAsync("No space left on device", "restore", File, "--passphrase-file", Passphrase, "--data", $"{small}/data");
            Assert.Empty(Names($"{small}/data"));
        }
        finally
        {
            await Tool.RunAsync("umount", small);
        }

        Assert.Empty((await rack.Client.GetStatusAsync()).Problems);
    }

    [Fact]
    public async Task Where_the_store_s_disk_has_no_room_for_a_copy_it_is_refused_and_leases_keep_their_room()
    {
        await using var disk = await Attacks.SmallDisk.StartAsync(megabytes: 3);
        await disk.DescribeVictimAsync();
        // What is left is less than the leases' reserve.
        await Tool.TryRunAsync("sh", "-c",
            $"head -c {new DriveInfo(disk.Data).AvailableFreeSpace - 200_000} /dev/zero > {disk.Data}/filler");
        var (exit, _, error) = await disk.Rack.RackbootAsync("backup", "create", File, "--passphrase-file", Passphrase);
        Assert.Equal(1, exit);
        Assert.Contains("free some space there", error, StringComparison.Ordinal);
        Assert.Equal(["passphrase"], Names(_directory));
        await using var victim = await ClientNamespace.CreateAsync(disk.Rack.Network, "victim", Attacks.SmallDisk.VictimMac);
        Assert.Equal("10.20.0.21", await victim.UdhcpcAsync());
    }

    [Fact]
    public async Task Scheduled_backups_are_made_for_a_public_key_and_a_failure_is_a_problem_that_status_shows()
    {
        TestRack.SkipUnlessPossible();
        await Tool.RunAsync("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", $"{_directory}/key.pem");
        await Tool.RunAsync("openssl", "pkey", "-in", $"{_directory}/key.pem", "-pubout", "-out", $"{_directory}/public.pem");
        var shelf = Path.Combine(_directory, "shelf");
        await using var rack = await TestRack.StartAsync(
            $"{TestRack.Subnet}\nbackups: {{ every: 24h, keep: 3, key: {_directory}/public.pem, directory: {shelf} }}");
        await Wait.UntilAsync(() => Directory.Exists(shelf) && Names(shelf) is [var n] && n!.EndsWith(".backup", StringComparison.Ordinal),
            "a scheduled backup is made");
        var made = Path.Combine(shelf, Names(shelf).Single()!);
        await SucceedAsync("backup", "verify", made, "--private-key", $"{_directory}/key.pem");
        await RefusedAsync("made for a public key; open it with the private one", "backup", "verify", made, "--passphrase-file",
            Passphrase);

        System.IO.File.Delete(made);
        System.IO.File.Delete($"{_directory}/public.pem");
        await Wait.UntilAsync(async () => (await rack.Client.GetStatusAsync()).Problems is [var problem]
            && problem.Contains("the scheduled backup was not made", StringComparison.Ordinal), "the failure is told");
    }

    private static List<string?> Names(string directory) =>
        [.. Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal)];

    private static async Task<string> SucceedAsync(params string[] arguments)
    {
        var (exit, output, error) = await Tool.TryRunAsync(Rackboot, arguments);
        Assert.True(exit == 0, $"rackboot {string.Join(' ', arguments)}: {output}{error}");
        return output;
    }

    private static async Task RefusedAsync(string reason, params string[] arguments)
    {
        var (exit, output, error) = await Tool.TryRunAsync(Rackboot, arguments);
        Assert.Equal((1, ""), (exit, output));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }
}
