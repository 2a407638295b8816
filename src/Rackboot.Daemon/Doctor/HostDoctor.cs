using Rackboot.Contracts;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Doctor;

/// <summary>Looks at everything on this host that a daemon with a configuration needs. The daemon need not run; what runs is not
/// disturbed.</summary>
internal static class HostDoctor
{
    public static async Task<DoctorReport> LookAsync(string path, TimeProvider time, CancellationToken cancel)
    {
        var checks = Configured(path);
        if (!ConfigurationFile.TryLoad(path, out var configuration, out _))
            return new DoctorReport(checks);
        var links = Task.WhenAll(configuration.Interfaces.Select(name => LinkCheck.LookAsync(name, configuration, time, cancel)));
        checks.Add(ClockCheck.Look(time));
        checks.AddRange(DiskCheck.Look(configuration.Data, time));
        checks.AddRange(NeighbourCheck.Look(configuration.Subnets));
        checks.AddRange(FileCheck.Look(path, configuration, time));
        if (configuration.Assets.Authorities is { } authorities)
            checks.Add(CertificateCheck.Look("assets.ca", authorities, time.GetUtcNow()));
        if (configuration.Https?.Certificate is { } certificate)
            checks.Add(CertificateCheck.Look("management.https.certificate", certificate, time.GetUtcNow()));
        checks.AddRange((await links.ConfigureAwait(false)).SelectMany(c => c));
        return new DoctorReport(checks);
    }

    private static List<DoctorCheck> Configured(string path)
    {
        var check = ConfigurationFile.Check(path);
        var found = check.Errors.Select(e => new DoctorCheck("configuration", DoctorLevel.Error, e.ToString(),
                $"edit {path}, then: rackbootd --check"))
            .Concat(check.Warnings.Select(w => new DoctorCheck("configuration", DoctorLevel.Warning, w.ToString()))).ToList();
        return found.Count > 0 ? found : [new DoctorCheck("configuration", DoctorLevel.Ok, $"{path} has no errors")];
    }
}
