using System.Net.Security;
using System.Security.Cryptography;

namespace Rackboot.Daemon.Clouds;

/// <summary>The certificate of the listener, read again when its files change: certificates are renewed while the daemon runs.</summary>
internal sealed class HandoutCertificate
{
    private readonly Lock _lock = new();
    private readonly string _certificate;
    private readonly string _key;
    private SslStreamCertificateContext _current;
    private (DateTime, DateTime) _read;

    /// <exception cref="IOException">It cannot be read; the message says what to do.</exception>
    public HandoutCertificate(string certificate, string key)
    {
        (_certificate, _key) = (certificate, key);
        (_read, _current) = (Stamp, Read());
    }

    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
                if (Stamp is var changed && changed != _read)
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

    private (DateTime, DateTime) Stamp => (File.GetLastWriteTimeUtc(_certificate), File.GetLastWriteTimeUtc(_key));

    private SslStreamCertificateContext Read()
    {
        try
        {
            var (certificate, chain) = CertificateFiles.Load(_certificate, _key);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception e) when (e is InvalidDataException or CryptographicException)
        {
            throw new IOException($"clouds.handout: {e.Message}; correct the files, then: systemctl restart rackbootd", e);
        }
    }
}
