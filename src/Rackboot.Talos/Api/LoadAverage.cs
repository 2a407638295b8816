namespace Rackboot.Talos.Api;

/// <summary>Tasks that run or wait, averaged over one, five and fifteen minutes.</summary>
public sealed record LoadAverage(double One, double Five, double Fifteen);
