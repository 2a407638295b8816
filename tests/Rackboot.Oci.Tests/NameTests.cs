using FsCheck;
using FsCheck.Fluent;
using Rackboot.Oci.Distribution;

namespace Rackboot.Oci.Tests;

/// <summary>How images are named, and how clients ask for them.</summary>
public sealed class NameTests
{
    private static readonly string Digest = "sha256:" + new string('a', 64);

    // distribution/reference normalize_test.go: what Docker makes of short names.
    [Theory]
    [InlineData("pause", "docker.io/library/pause:latest")]
    [InlineData("coredns/coredns:1.12", "docker.io/coredns/coredns:1.12")]
    [InlineData("registry.k8s.io/coredns/coredns:v1.14.6", "registry.k8s.io/coredns/coredns:v1.14.6")]
    [InlineData("localhost/a", "localhost/a:latest")]
    [InlineData("localhost:5000/a/b:c", "localhost:5000/a/b:c")]
    [InlineData("index.docker.io/a", "docker.io/library/a:latest")]
    [InlineData("[::1]:5000/a:b", "[::1]:5000/a:b")]
    public void A_name_is_read_as_Docker_reads_it(string text, string canonical)
    {
        Assert.True(ImageReference.TryParse(text, out var reference, out var error), error);
        Assert.Equal(canonical, reference.ToString());
    }

    [Fact]
    public void A_digest_goes_before_a_tag()
    {
        Assert.True(ImageReference.TryParse($"ghcr.io/a/b:v1@{Digest}", out var reference, out _));
        Assert.Equal((Digest, $"ghcr.io/a/b:v1@{Digest}"), (reference.Target, reference.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("a:")]
    [InlineData("UPPER/case")]
    [InlineData("ghcr.io/")]
    [InlineData("ghcr.io/a//b")]
    [InlineData("ghcr.io/../a")]
    [InlineData("a@sha256:12")]
    [InlineData("a b")]
    [InlineData("a\n")]
    public void What_is_no_name_is_refused(string text)
    {
        Assert.False(ImageReference.TryParse(text, out _, out var error));
        Assert.NotNull(error);
    }

    // containerd asks a mirror so: core/remotes/docker/registry.go adds ns where the host is another.
    [Theory]
    [InlineData("coredns/coredns/manifests/v1.14.6", "registry.k8s.io", "registry.k8s.io", "coredns/coredns", "v1.14.6")]
    [InlineData("registry.k8s.io/coredns/coredns/manifests/v1.14.6", null, "registry.k8s.io", "coredns/coredns", "v1.14.6")]
    [InlineData("library/busybox/manifests/1", "docker.io", "docker.io", "library/busybox", "1")]
    [InlineData("busybox/manifests/1", "docker.io", "docker.io", "library/busybox", "1")]
    [InlineData("siderolabs/kubelet/manifests/v1", null, null, "siderolabs/kubelet", "v1")]
    public void A_request_says_the_registry_by_ns_or_by_the_first_part_of_the_name(string path, string? ns, string? registry,
        string repository, string tag)
    {
        Assert.True(RegistryRequest.TryParse(path, ns, out var request, out _));
        Assert.Equal((RegistryRequestKind.Manifest, registry, repository, tag),
            (request.Kind, request.Registry, request.Repository, request.Tag));
    }

    [Theory]
    [InlineData("a", null, 404)]
    [InlineData("a/b/c", null, 404)]
    [InlineData("a/blobs/latest", null, 400)]
    [InlineData("a/manifests/../../etc", null, 400)]
    [InlineData("a/manifests/x", "../..", 400)]
    [InlineData("A/manifests/x", null, 400)]
    [InlineData("a/blobs/sha256:zz", null, 400)]
    [InlineData("a/manifests/a b", null, 400)]
    public void What_is_no_request_is_refused_in_the_form_of_the_specification(string path, string? ns, int status)
    {
        Assert.False(RegistryRequest.TryParse(path, ns, out _, out var error));
        Assert.Equal(status, error.Status);
    }

    [Fact]
    public void An_error_looks_as_the_specification_says() =>
        Assert.Equal("""{"errors":[{"code":"MANIFEST_UNKNOWN","message":"not here"}]}""",
            System.Text.Encoding.UTF8.GetString(new OciError(OciErrorCode.ManifestUnknown, "not here").ToJson()));

    [Fact]
    public void Hostile_names_never_throw() =>
        Prop.ForAll<string, string>((path, ns) =>
            (RegistryRequest.TryParse(path ?? "", ns, out _, out _), ImageReference.TryParse(path ?? "", out _, out _),
            OciDigest.TryParse(path, out _)) is var _).QuickCheckThrowOnFailure();
}
