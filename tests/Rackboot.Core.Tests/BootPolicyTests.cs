using Rackboot.Core.Assets;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Profiles;
using Rackboot.Dhcp;

namespace Rackboot.Core.Tests;

public sealed class BootPolicyTests
{
    private static readonly Profile Default = new() { Name = "default", TalosVersion = "v1.14.0", Architecture = "amd64" };

    [Fact]
    public void An_unknown_machine_gets_what_the_policy_says()
    {
        Assert.IsType<BootAnswer.Nothing>(Decide(null, BootClient.Firmware, UnknownMachines.Ignore));
        Assert.IsType<BootAnswer.Nothing>(Decide(Known(null), BootClient.OperatingSystem, UnknownMachines.Ignore));
        Assert.IsType<BootAnswer.Wait>(Decide(Known(null), BootClient.IpxeScript, UnknownMachines.Discover));
        Assert.IsType<BootAnswer.Program>(Decide(Known(null), BootClient.Firmware, UnknownMachines.Discover));
        Assert.IsType<BootAnswer.Talos>(Decide(Known(null), BootClient.IpxeScript, UnknownMachines.Boot));
        Assert.IsType<BootAnswer.AddressOnly>(Decide(null, BootClient.OperatingSystem, UnknownMachines.Discover));
    }

    [Fact]
    public void Ipxe_is_never_given_ipxe_again() =>
        Assert.All(Enum.GetValues<ClientArchitecture>(), a =>
            Assert.IsNotType<BootAnswer.Program>(BootPolicy.Decide(
                Known(new MachineSpec { Profile = "default" }), new BootRequest(BootClient.Ipxe, a), Knowledge(UnknownMachines.Discover))));

    [Fact]
    public void Every_architecture_gets_an_answer_and_one_without_a_binary_is_told_how_to_import_it()
    {
        foreach (var architecture in Enum.GetValues<ClientArchitecture>())
            Assert.NotNull(BootPolicy.Decide(Known(new MachineSpec { Profile = "default" }),
                new BootRequest(BootClient.Firmware, architecture), Knowledge(UnknownMachines.Discover)));
        var answer = BootPolicy.Decide(Known(new MachineSpec { Profile = "default" }),
            new BootRequest(BootClient.Firmware, ClientArchitecture.Arm64Uefi), Knowledge(UnknownMachines.Discover));
        Assert.Contains(
            "rackboot asset import --ipxe arm64", Assert.IsType<BootAnswer.AddressOnly>(answer).Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClientArchitecture.X86Bios, DiskBootMethod.Auto, DiskBootMethod.Sanboot)]
    [InlineData(ClientArchitecture.X64Uefi, DiskBootMethod.Auto, DiskBootMethod.Exit)]
    [InlineData(ClientArchitecture.X64Uefi, DiskBootMethod.Sanboot, DiskBootMethod.Sanboot)]
    public void A_machine_is_sent_to_its_disk_by_the_method_of_its_firmware_unless_it_has_its_own(
        ClientArchitecture architecture, DiskBootMethod set, DiskBootMethod method)
    {
        var machine = Known(new MachineSpec { Boot = BootSource.Disk, Disk = set });
        Assert.Equal(method, Assert.IsType<BootAnswer.Disk>(
            BootPolicy.Decide(machine, new BootRequest(BootClient.IpxeScript, architecture), Knowledge(UnknownMachines.Discover))).Method);
    }

    [Fact]
    public void A_disk_method_may_need_no_answer_or_a_file_that_is_not_there()
    {
        Assert.IsType<BootAnswer.AddressOnly>(
            Decide(Known(new MachineSpec { Boot = BootSource.Disk, Disk = DiskBootMethod.Silent }), BootClient.Firmware));
        Assert.IsType<BootAnswer.NoSuchFile>(
            Decide(Known(new MachineSpec { Boot = BootSource.Disk, Disk = DiskBootMethod.Http404 }), BootClient.HttpFirmware));
    }

    [Fact]
    public void What_cannot_be_booted_waits_and_says_what_is_missing()
    {
        Assert.Contains("there is no profile other", Waits(new MachineSpec { Profile = "other" }, Knowledge(UnknownMachines.Discover)),
            StringComparison.Ordinal);
        Assert.Contains("import it:", Waits(new MachineSpec { Profile = "default" },
            Knowledge(UnknownMachines.Discover) with { Assets = new Dictionary<string, Asset>() }), StringComparison.Ordinal);
        var arm = Known(new MachineSpec { Profile = "default" }) with { Observed = Observed() with { Architecture = "arm64" } };
        Assert.Contains(
            "this machine is arm64", Assert.IsType<BootAnswer.Wait>(Decide(arm, BootClient.IpxeScript)).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void An_idle_machine_waits_or_boots_its_disk_as_the_policy_says()
    {
        var idle = Known(new MachineSpec());
        Assert.IsType<BootAnswer.Wait>(Decide(idle, BootClient.IpxeScript));
        var disk = Knowledge(UnknownMachines.Discover) with {
            Policy = new MachinePolicy(UnknownMachines.Discover, null, IdleMachines.Disk) };
        Assert.IsType<BootAnswer.Disk>(BootPolicy.Decide(idle, new BootRequest(BootClient.IpxeScript, null), disk));
    }

    [Fact]
    public void A_script_never_waits_for_a_key_and_shows_nothing_that_ipxe_would_run()
    {
        var script = IpxeScript.Wait("http://10.20.0.1", "node", "bad ${uuid} || shell && x; \"quoted\"", TimeSpan.FromSeconds(5));
        Assert.DoesNotContain("prompt", script, StringComparison.Ordinal);
        Assert.DoesNotContain("bad ${", script, StringComparison.Ordinal);
        Assert.DoesNotContain("|| shell", script, StringComparison.Ordinal);
        Assert.Contains("initrd=initramfs", IpxeScript.Talos("http://s", "n", "w", "/k", "/i", ["a=b"], TimeSpan.FromSeconds(5)),
            StringComparison.Ordinal);
    }

    private static string Waits(MachineSpec spec, BootKnowledge knowledge) =>
        Assert.IsType<BootAnswer.Wait>(BootPolicy.Decide(Known(spec), new BootRequest(BootClient.IpxeScript, null), knowledge)).Because;

    private static BootAnswer Decide(Machine? machine, BootClient client, UnknownMachines unknown = UnknownMachines.Discover) =>
        BootPolicy.Decide(machine, new BootRequest(
            client, client is BootClient.OperatingSystem or BootClient.IpxeScript ? null : ClientArchitecture.X64Uefi), Knowledge(unknown));

    private static BootKnowledge Knowledge(UnknownMachines unknown) => new(
        new MachinePolicy(unknown, "default", IdleMachines.Wait),
        new Dictionary<string, Profile> { ["default"] = Default },
        new[] { Default.KernelAsset, Default.InitramfsAsset, "ipxe/amd64/snponly.efi", "ipxe/bios/undionly.kpxe" }.ToDictionary(
            name => name,
            name => new Asset { Name = name, File = "/x", Bytes = 1, Sha256 = "", Added = default, Origin = AssetOrigin.Imported }));

    private static Machine Known(MachineSpec? spec) =>
        new() { Id = new MachineId("1"), Name = "node-01", Spec = spec, Observed = Observed() };

    private static MachineObservation Observed() => new() { FirstSeen = default, LastSeen = default };
}
