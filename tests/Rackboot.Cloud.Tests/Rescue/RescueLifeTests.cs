using System.Diagnostics;
using System.Security.Cryptography;
using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core.Clouds;
using Rackboot.Talos.ImageFactory;
using Rackboot.Tests.Shared;

namespace Rackboot.Cloud.Tests.Rescue;

/// <summary>A rented server gets Talos from its rescue system: the provider is simulated, ssh, sshd and the disk are real.</summary>
public sealed class RescueLifeTests
{
    [Fact]
    public async Task A_machine_is_installed_from_the_Robots_rescue_system_over_a_real_sshd_and_restarts_here_spoil_nothing()
    {
        await using var system = RescueSystem.Create();
        await using var files = await FlakyServer.StartAsync();
        var image = RandomNumberGenerator.GetBytes(2_000_000);
        system.AddDisk("sda", 8 << 20);
        system.DescribeDisks("/disks/sda 480103981056 disk 0");
        RobotSimulator? robot = null;
        var shell = new RescuedServer(system, () => robot!.Servers[0]);
        robot = new RobotSimulator { Shell = shell };
        using var rack = await CloudRack.StartAsync(robot, p => p with { Factory = files.Address });
        files.Files[$"/image/{Schematic.PlainId}/v1.13.9/metal-amd64.raw.xz"] = await RescueInstallTests.PackAsync(image);
        await rack.PlaceAsync("node-1", new Place("here", null, null, "321", Install: true));
        for (var began = Stopwatch.GetTimestamp(); rack.Book.Placements.FirstOrDefault()?.Stage != PlacementStage.Running; rack.Restart())
        {
            await rack.RoundsAsync();
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(120), rack.Placement("node-1").Problem);
        }

        await shell.FollowAsync("robot-321");
        Assert.Equal((2, false), (robot.Resets, robot.Servers[0].Rescue));
        Assert.True(File.ReadAllBytes(system.DiskFile("sda")).AsSpan(0, image.Length).SequenceEqual(image));
        Assert.Single(files.Requests);
    }
}
