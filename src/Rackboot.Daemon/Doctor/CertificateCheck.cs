using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Doctor;

/// <summary>When the certificates end that the configuration names.</summary>
internal static class CertificateCheck
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    /// <param name="setting">The setting that names the file.</param>
    public static DoctorCheck Look(string setting, string path, DateTimeOffset now)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return new DoctorCheck("certificate", DoctorLevel.Error, $"{setting}: {path} cannot be read: {e.Message}",
                "give a PEM file of certificates");
        }

        if (certificates.Count == 0)
            return new DoctorCheck("certificate", DoctorLevel.Error, $"{setting}: {path} has no certificate",
                "give a PEM file of certificates");
        var first = certificates.MinBy(c => c.NotAfter)!;
        var ends = new DateTimeOffset(first.NotAfter.ToUniversalTime());
        return ends <= now
            ? new DoctorCheck("certificate", DoctorLevel.Error, $"{setting}: {first.Subject} of {path} ended on {ends:yyyy-MM-dd}",
                "replace the file")
            : ends <= now + Soon
                ? new DoctorCheck("certificate", DoctorLevel.Warning, $"{setting}: {first.Subject} of {path} ends on {ends:yyyy-MM-dd}",
                    "replace the file before that")
                : new DoctorCheck("certificate", DoctorLevel.Ok, $"{setting}: {path} is good until {ends:yyyy-MM-dd}");
    }
}
