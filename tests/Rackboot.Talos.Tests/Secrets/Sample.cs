using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Tests.Secrets;

/// <summary>Secrets that are made once: an RSA key takes a second.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static readonly TalosRelease Contract = new(1, 13);

    private static readonly Lazy<ClusterSecrets> Lazy = new(() => SecretsGenerator.Generate(Contract, Now));

    public static ClusterSecrets Secrets => Lazy.Value;

    /// <summary>The same with an Ed25519 CA of the Talos API, as talosctl makes it.</summary>
    public static ClusterSecrets WithEd25519 { get; } = Secrets with { Os = CertificateAuthority.Create("talos", Now, ed25519: true) };

    public static string Yaml(ClusterSecrets secrets) => SecretsFile.Write(secrets).Reveal();

    public static ClusterSecrets Read(string yaml)
    {
        Assert.True(SecretsFile.TryRead(yaml, out var secrets, out var mistakes), string.Join("\n", mistakes));
        return secrets!;
    }

    public static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
}
