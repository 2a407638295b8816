using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Daemon.Clouds;

/// <summary>The certificate of the listener, read again when its file changes: certificates are renewed while the daemon runs.</summary>
internal sealed class HandoutCertificate
{
    private readonly Lock _lock = new();
    private readonly string _certificate;
    private readonly string _key;
    private SslStreamCertificateContext _current;
    private DateTime _read;

    /// <exception cref="IOException">It cannot be read; the message says what to do.</exception>
    public HandoutCertificate(string certificate, string key)
    {
        (_certificate, _key, _read) = (certificate, key, File.GetLastWriteTimeUtc(certificate));
        _current = Read();
    }

    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
                if (File.GetLastWriteTimeUtc(_certificate) is var changed && changed != _read)
                    try
                    {
                        (_current, _read) = (Read(), changed);
                    }
                    catch (IOException)
                    {
                        // Half a renewal: the one before goes on.
                    }

            return _current;
        }
    }

    private SslStreamCertificateContext Read()
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificate);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(_certificate, _key), [.. chain.Skip(1)],
                offline: true);
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException or IOException)
        {
            throw new IOException(
                $"clouds.handout: {_certificate} and {_key} are no certificate with its key in PEM: {e.Message}; correct the files, then: "
                + "systemctl restart rackbootd", e);
        }
    }
}
