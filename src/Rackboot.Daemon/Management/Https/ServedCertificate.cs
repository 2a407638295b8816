using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Management.Https;

/// <summary>The certificate that the management API shows now. Files are read again when they change; while they cannot be used, the one
/// before stays, and what is wrong is a problem of the daemon. Boots do not depend on it.</summary>
internal sealed class ServedCertificate(HttpsSettings settings, IStore store, EventLog events, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarnBefore = TimeSpan.FromDays(14);

    private volatile Loaded? _loaded;
    private (DateTime, DateTime)? _read;
    private volatile string? _mistake;

    /// <summary>What connections are given; null while there is no certificate.</summary>
    public SslStreamCertificateContext? Context => _loaded?.Context;

    /// <summary>What is wrong with it, and what to do.</summary>
    public string? Problem
    {
        get
        {
            if (_mistake is { } mistake)
                return _loaded is null ? $"HTTPS is not served: {mistake}" : $"the certificate of before is still served: {mistake}";
            if (_loaded is not { } loaded)
                return null;
            var (left, ends) = (loaded.Certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime, loaded.Certificate.NotAfter);
            return left > WarnBefore ? null
                : $"the certificate of the management API {(left > TimeSpan.Zero ? "ends" : "ended")} on {ends:yyyy-MM-dd}; "
                    + $"{(settings.Certificate is { } file ? $"put a new one into {file}" : "a new one is made when rackbootd starts")}";
        }
    }

    /// <summary>Says what is served.</summary>
    public Contracts.ServerCertificate? Describe() => _loaded is not { Certificate: var certificate } ? null : new()
    {
        Fingerprint = Contracts.Fingerprint.Of(certificate),
        Names = Names(certificate),
        Begins = certificate.NotBefore.ToUniversalTime(),
        Ends = certificate.NotAfter.ToUniversalTime(),
        Own = settings.Certificate is null,
        Listen = settings.Listen.ToString(),
    };

    /// <summary>Loads it for the first time.</summary>
    public async Task LoadAsync()
    {
        if (settings.Certificate is null)
            Use(await OwnCertificate.LoadAsync(store, time).ConfigureAwait(false), []);
        else
            Look();
    }

    /// <summary>Looks after changed files until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (settings.Certificate is null)
            return;
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
                Look();
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    /// <summary>Reads the files if they changed.</summary>
    internal void Look()
    {
        var (certificatePath, keyPath) = (settings.Certificate!, settings.Key!);
        var stamp = (File.GetLastWriteTimeUtc(certificatePath), File.GetLastWriteTimeUtc(keyPath));
        if (_read == stamp)
            return;
        _read = stamp;
        try
        {
            var (certificate, chain) = CertificateFiles.Load(certificatePath, keyPath);
            Use(certificate, chain);
            _mistake = null;
            events.Add("certificate.loaded", Level.Info, null, null,
                $"the management API shows the certificate {Contracts.Fingerprint.Of(certificate)}, good until {certificate.NotAfter:u}");
        }
        catch (Exception e) when (e is InvalidDataException or CryptographicException)
        {
            _mistake = e.Message;
            events.Add("certificate.refused", Level.Error, null, null, Problem!);
        }
    }

    private void Use(X509Certificate2 certificate, X509Certificate2Collection chain) =>
        _loaded = new Loaded(certificate, SslStreamCertificateContext.Create(certificate, chain, offline: true));

    private static IReadOnlyList<string> Names(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } names
            ? [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(a => a.ToString())] : [];

    private sealed record Loaded(X509Certificate2 Certificate, SslStreamCertificateContext Context);
}
