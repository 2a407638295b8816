namespace Rackboot.Talos.Api;

/// <summary>Running and waiting tasks, averaged over one, five and fifteen minutes.</summary>
public sealed record LoadAverage(double One, double Five, double Fifteen);
