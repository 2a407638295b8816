using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Daemon;

/// <summary>A certificate, those above it, and its key in PEM files.</summary>
internal static class CertificateFiles
{
    /// <summary>Reads both files.</summary>
    /// <exception cref="InvalidDataException">They cannot be used; the message says why, and what to do.</exception>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Chain) Load(string certificatePath, string keyPath)
    {
        var (certificates, key) = (Read(certificatePath), Read(keyPath));
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(certificates);
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException($"{certificatePath} is not a certificate in PEM form: {e.Message}", e);
        }

        if (chain.Count == 0)
            throw new InvalidDataException($"{certificatePath} has no certificate in PEM form; it begins with -----BEGIN CERTIFICATE-----");
        try
        {
            return (X509Certificate2.CreateFromPem(certificates, key), chain);
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException(
                $"{keyPath} is not the private key of {certificatePath}, or is encrypted: {e.Message}; name the key of the first "
                + "certificate in that file, without a passphrase", e);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(
                $"{keyPath} is not the private key of {certificatePath}; name the key of the first certificate in that file", e);
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}; rackbootd runs as its own user, which needs to", e);
        }
    }
}
