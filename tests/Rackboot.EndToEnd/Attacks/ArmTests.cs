using Rackboot.Contracts;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>A configuration is released while somebody asks for it, and at no other time.</summary>
public sealed class ArmTests(LeasedRack rack) : IClassFixture<LeasedRack>
{
    [Fact]
    public async Task After_a_delivery_one_more_discover_brings_nobody_a_token_and_the_machine_boots_its_disk()
    {
        await using var victim = await rack.DescribeAsync();
        await victim.ProvisionAsync();
        await AttackedRack.ForgeAsync(rack.Attacker, "dhcp", "discover", victim.Mac, "class=PXEClient:Arch:00007:UNDI:003016", "arch=7");
        await AttackedRack.TakeAsync(rack.Attacker, "10.20.0.240/24");
        Assert.DoesNotContain("/config/", await victim.AskAsync(rack.Attacker), StringComparison.Ordinal);
        ToDisk(await victim.BootAsync());
    }

    [Fact]
    public async Task A_reboot_does_not_arm_and_a_command_does_once()
    {
        await using var victim = await rack.DescribeAsync();
        await victim.ProvisionAsync();
        ToDisk(await victim.BootAsync());
        ToDisk(await victim.BootAsync());
        var (exit, output, _) = await rack.Rack.RackbootAsync("provision", victim.Name);
        Assert.Equal(0, exit);
        Assert.Contains("boot it from the network", output, StringComparison.Ordinal);
        await victim.ProvisionAsync();
        ToDisk(await victim.BootAsync());
    }

    [Fact]
    public async Task A_machine_that_was_never_provisioned_and_is_not_armed_waits_and_shows_the_command_that_arms_it()
    {
        await using var victim = await rack.DescribeAsync();
        Assert.Contains("disarmed", (await rack.Rack.RackbootAsync("provision", victim.Name, "--cancel")).Output, StringComparison.Ordinal);
        var script = await victim.BootAsync();
        Assert.Contains($"rackboot provision {victim.Name}", script, StringComparison.Ordinal);
        Assert.DoesNotContain("\nkernel ", script, StringComparison.Ordinal);
        await rack.Rack.Client.ProvisionAsync(new ProvisionOrder { Machines = [victim.Name] });
        await victim.AssertServedAsync();
    }

    [Fact]
    public async Task A_token_that_was_given_out_is_worth_nothing_once_the_machine_is_disarmed()
    {
        await using var victim = await rack.DescribeAsync();
        var url = Victim.ConfigUrl(await victim.BootAsync())!;
        await rack.Rack.Client.ProvisionAsync(new ProvisionOrder { Machines = [victim.Name], Cancel = true });
        Assert.Equal(403, (await victim.Host.CurlAsync(url)).Status);
    }

    [Fact]
    public async Task A_changed_configuration_does_not_arm_a_machine_that_was_provisioned_and_apply_says_so()
    {
        await using var victim = await rack.DescribeAsync();
        await victim.ProvisionAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"apiVersion: v1alpha1\nkind: Machine\nname: {victim.Name}\nmacs: [\"{victim.Mac}\"]\nprofile: "
            + $"default\naddress: {victim.Address}\nmachineConfig: {{ content: \"machine: {{}}\" }}\n");
        var (exit, output, error) = await rack.Rack.RackbootAsync("apply", "-f", file);
        File.Delete(file);
        Assert.True(exit == 0, error);
        Assert.Contains($"rackboot provision {victim.Name}", output, StringComparison.Ordinal);
        ToDisk(await victim.BootAsync());
    }

    [Fact]
    public async Task A_profile_for_machines_without_disks_releases_in_every_boot()
    {
        await using var victim = await rack.DescribeAsync(m => m with { Profile = "diskless" });
        for (var i = 0; i < 2; i++)
        {
            await AttackedRack.ForgeAsync(victim.Host, "dhcp", "discover", victim.Mac, "class=PXEClient:Arch:00007:UNDI:003016", "arch=7");
            await victim.AssertServedAsync();
        }

        await AttackedRack.TakeAsync(rack.Attacker, "10.20.0.240/24");
        Assert.DoesNotContain("/config/", await victim.AskAsync(rack.Attacker), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_armed_since_when_and_by_whom_is_shown_everywhere_and_both_ends_are_events()
    {
        await using var victim = await rack.DescribeAsync();
        var state = (await rack.StatusAsync(victim.Name)).Provisioning!;
        Assert.Equal((true, "root", "described"), (state.Armed, state.By, state.Why));
        Assert.Equal(TimeSpan.FromHours(1), state.Until - state.Since);
        Assert.Contains(
            "by root", (await rack.Rack.RackbootAsync("get", "machine", victim.Name, "-o", "wide")).Output, StringComparison.Ordinal);
        Assert.Contains("armed since", (await rack.Rack.RackbootAsync("explain", victim.Name)).Output, StringComparison.Ordinal);
        Assert.Contains("armed by root (described)", await rack.EventAsync("machine.armed", victim.Name), StringComparison.Ordinal);
        await rack.Rack.Client.ProvisionAsync(new ProvisionOrder { Machines = [victim.Name], Cancel = true });
        Assert.Contains("disarmed by root", await rack.EventAsync("machine.disarmed", victim.Name), StringComparison.Ordinal);
        Assert.Contains("not armed", (await rack.Rack.RackbootAsync("explain", victim.Name)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arms_cards_and_what_was_provisioned_survive_a_kill_9()
    {
        await using var armed = await rack.DescribeAsync();
        await using var done = await rack.DescribeAsync();
        await done.ProvisionAsync();
        await rack.Rack.Client.AcceptCardAsync(armed.Name, "52:54:00:00:44:01");
        await rack.Rack.StopDaemonAsync(signal: 9);
        await rack.Rack.StartDaemonAsync();
        Assert.Equal("52:54:00:00:44:01", Assert.Single((await rack.StatusAsync(armed.Name)).AcceptedCards!).Mac);
        await armed.AssertServedAsync();
        ToDisk(await done.BootAsync());
    }

    [Fact]
    public async Task What_cannot_be_provisioned_is_refused_with_what_to_do()
    {
        await using var victim = await rack.DescribeAsync(m => m with { MachineConfig = null });
        var (exit, _, error) = await rack.Rack.RackbootAsync("provision", victim.Name);
        Assert.Equal(4, exit);
        Assert.Contains("has no machineConfig", error, StringComparison.Ordinal);
        Assert.Equal(3, (await rack.Rack.RackbootAsync("provision", "nobody")).Exit);
    }

    private static void ToDisk(string script)
    {
        Assert.DoesNotContain("/config/", script, StringComparison.Ordinal);
        Assert.Contains("boots its disk", script, StringComparison.Ordinal);
    }
}
