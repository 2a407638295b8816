namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>The simulated providers.</summary>
internal static class Providers
{
    private static readonly Func<SimulatedCloud>[] All = [() => new LatitudeSimulator(), () => new VultrSimulator()];

    public static TheoryData<string> Names => [.. All.Select(make => make().Provider)];

    public static SimulatedCloud Start(string name) => All.Select(make => make()).First(c => c.Provider == name);
}
