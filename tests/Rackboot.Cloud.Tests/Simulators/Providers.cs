namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>The simulated providers at which servers can be bought.</summary>
internal static class Providers
{
    private static readonly Func<SimulatedCloud>[] All =
    [
        () => new HivelocitySimulator(), () => new ZenlayerSimulator(), () => new I3dSimulator(), () => new GcoreSimulator(), () =>
            new OpenStackSimulator(),
        () => new LatitudeSimulator(), () => new HetznerCloudSimulator(), () => new VultrSimulator(), () => new CherrySimulator(), () =>
            new ScalewaySimulator(),
        () => new PhoenixNapSimulator(), () => new IronicSimulator(), () => new DigitalOceanSimulator(), () => new LinodeSimulator(),
    ];

    public static TheoryData<string> Names => [.. All.Select(make => make().Provider)];

    public static SimulatedCloud Start(string name) => All.Select(make => make()).First(c => c.Provider == name);
}
