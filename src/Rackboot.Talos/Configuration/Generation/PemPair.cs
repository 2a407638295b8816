namespace Rackboot.Talos.Configuration.Generation;

/// <summary>A certificate and its key, both PEM. It prints neither.</summary>
public sealed record PemPair(string Certificate, string Key)
{
    public override string ToString() => "a certificate and its key";
}
