using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Oci.Bundles;
using Rackboot.Tests.Shared;

namespace Rackboot.Oci.Tests;

/// <summary>Manifests and indexes.</summary>
public sealed class ManifestTests
{
    // The examples of the image specification (image-spec manifest.md and image-index.md), with sizes and digests shortened to what
    // matters.
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes(
        $$$"""
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":7023,"digest":"{{{Digest('b')}}}"},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":32654,"digest":"{{{Digest('c')}}}"}]}
        """);

    private static readonly byte[] Index = Encoding.UTF8.GetBytes(
        $$$"""
        {"schemaVersion":2,
         "manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":7143,"digest":"{{{Digest('d')}}}",
            "platform":{"architecture":"ppc64le","os":"linux"}},
                      {"mediaType":"application/vnd.oci.image.manifest.v1+json","size":566,"digest":"{{{Digest('e')}}}",
            "platform":{"architecture":"unknown","os":"unknown"}}]}
        """);

    [Fact]
    public void A_manifest_names_its_configuration_and_then_its_layers()
    {
        Assert.True(OciManifest.TryParse(Manifest, null, out var manifest, out var error), error);
        Assert.Equal([Digest('b'), Digest('c')], manifest.Parts.Select(p => p.Digest.ToString()));
        Assert.False(manifest.IsIndex);
    }

    [Fact]
    public void An_index_that_does_not_say_its_type_is_known_by_its_shape()
    {
        Assert.True(OciManifest.TryParse(Index, "application/json", out var index, out var error), error);
        Assert.True(index.IsIndex);
        Assert.Equal(["linux/ppc64le", "unknown/unknown"], index.Parts.Select(p => p.Platform));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"layers":[{"digest":"sha256:1","size":1}]}""")]
    [InlineData("""{"layers":[{}]}""")]
    [InlineData("""{"manifests":{}}""")]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""")]
    public void What_is_no_manifest_is_refused_with_a_reason(string text)
    {
        Assert.False(OciManifest.TryParse(Encoding.UTF8.GetBytes(text), null, out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Hostile_bytes_never_throw() =>
        Prop.ForAll(HostileBytes.From([Manifest, Index]).ToArbitrary(), bytes =>
            OciManifest.TryParse(bytes, null, out _, out var error) == (error is null)
                && (BundleManifest.TryParse(bytes, out _, out var other) == (other is null))).QuickCheckThrowOnFailure();

    private static string Digest(char digit) => "sha256:" + new string(digit, 64);
}
