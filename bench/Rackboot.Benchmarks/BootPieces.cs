using System.Net;
using BenchmarkDotNet.Attributes;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Profiles;
using Rackboot.Dhcp;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Generation;
using Rackboot.Talos.Secrets;

namespace Rackboot.Bench;

/// <summary>From a request to what a machine boots: finding it among 100,000, the decision, its script, its configuration.</summary>
public class BootPieces
{
    private const int Machines = 100_000;

    private static readonly TalosRelease Release = new(1, 13);

    private readonly BootKnowledge _knowledge = new(
        new MachinePolicy(UnknownMachines.Discover, null, IdleMachines.Wait), new Dictionary<string, Profile>(),
        new Dictionary<string, Core.Assets.Asset>());
    private readonly List<ConfigurationMistake> _mistakes = [];
    private Fleet _fleet = Fleet.Empty;
    private ConfigurationComposer? _composer;
    private int _next;

    [GlobalSetup]
    public void Describe()
    {
        _fleet = Fleet.Of([.. Enumerable.Range(0, Machines).Select(i => new Machine
        {
            Id = new MachineId($"id-{i}"),
            Name = $"node-{i}",
            Spec = new MachineSpec { Macs = [Mac(i)] },
            Observed = new MachineObservation { FirstSeen = DateTimeOffset.UnixEpoch, LastSeen = DateTimeOffset.UnixEpoch },
        })]);
        var settings = new ClusterSettings("prod", new Uri("https://10.20.0.10:6443"), "v1.36.3", Release);
        _composer = ConfigurationComposer.Create(settings, SecretsGenerator.Generate(Release, DateTimeOffset.UnixEpoch.AddYears(56)),
            MachineRole.Worker, new ConfigurationOptions { Release = Release }, _mistakes);
    }

    [Benchmark]
    public Machine? Find() => _fleet.Find(new MachineIdentity { Mac = Mac(++_next % Machines) });

    [Benchmark]
    public Machine? FindStranger() => _fleet.Find(new MachineIdentity { Mac = Mac(Machines + ++_next % Machines) });

    [Benchmark]
    public BootAnswer Decide() =>
        BootPolicy.Decide(_fleet.Named("node-7"), new BootRequest(BootClient.Firmware, ClientArchitecture.X64Uefi), _knowledge);

    [Benchmark]
    public string Script() => IpxeScript.Talos("http://10.20.0.1", "node-7", "Talos v1.13.9", "/assets/kernel", "/assets/initramfs",
        ["talos.platform=metal", "console=ttyS0"], TimeSpan.FromSeconds(5));

    [Benchmark]
    public int Configuration()
    {
        _mistakes.Clear();
        return _composer!.Compose(new MachineValues { Hostname = "node-7", Disk = new InstallDisk { Serial = "S7" } }, [], _mistakes)!
            .ToYaml().Length;
    }

    private static MacAddress Mac(int i) =>
        MacAddress.TryRead([0x52, 0x54, 0, (byte)(i >> 16), (byte)(i >> 8), (byte)i], out var mac) ? mac : default;
}
