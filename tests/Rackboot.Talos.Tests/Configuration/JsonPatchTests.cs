namespace Rackboot.Talos.Tests.Configuration;

/// <summary>JSON patches: RFC 6902 and its appendix A, and siderolabs/talos
/// pkg/machinery/config/configpatcher/{load,json6902}.go.</summary>
public sealed class JsonPatchTests
{
    private const string Machine = "machine:\n  certSANs: [a, b]\n  token: t\n  sysctls: {x: '1', a/b: '2', m~n: '3'}\n";

    [Theory]
    [InlineData("""[{"op": "add", "path": "/machine/certSANs/-", "value": "c"}]""", "- b\n        - c\n")]
    [InlineData("""[{"op": "add", "path": "/machine/certSANs/1", "value": "c"}]""", "- a\n        - c\n        - b\n")]
    [InlineData("""[{"op": "add", "path": "/machine/certSANs/-1", "value": "c"}]""", "- a\n        - b\n        - c\n")]
    [InlineData("""[{"op": "add", "path": "/machine/sysctls/x", "value": "9"}]""", "x: \"9\"\n")]
    [InlineData("""[{"op": "remove", "path": "/machine/certSANs/0"}]""", "certSANs:\n        - b\n")]
    [InlineData("""[{"op": "replace", "path": "/machine/token", "value": "u"}]""", "token: u\n")]
    [InlineData("""[{"op": "move", "from": "/machine/sysctls/x", "path": "/machine/sysctls/z"}]""", "z: \"1\"\n")]
    [InlineData("""[{"op": "copy", "from": "/machine/token", "path": "/machine/type"}]""", "type: t\n")]
    [InlineData("""[{"op": "test", "path": "/machine/token", "value": "t"}, {"op": "add", "path": "/debug", "value": true}]""",
        "debug: true\n")]
    [InlineData("""[{"op": "replace", "path": "/machine/sysctls/a~1b", "value": "7"}]""", "a/b: \"7\"\n")]
    [InlineData("""[{"op": "replace", "path": "/machine/sysctls/m~0n", "value": "7"}]""", "m~n: \"7\"\n")]
    [InlineData("- op: add\n  path: /machine/kubelet\n  value: {image: x}\n", "kubelet:\n        image: x\n")]
    [InlineData("[\n\t{\"op\": \"replace\", \"path\": \"/machine/token\", \"value\": \"tabs\"}\n]", "token: tabs\n")]
    // evanphx/json-patch patch.go, partialDoc.get: RFC 6902 §4.3 would refuse
    [InlineData("""[{"op": "replace", "path": "/machine/kubelet", "value": {"image": "x"}}]""", "kubelet:\n        image: x\n")]
    public void Operations_apply(string patch, string expected) =>
        Assert.Contains(expected, Patched.Text(Machine, patch), StringComparison.Ordinal);

    [Theory]
    [InlineData("""[{"op": "remove", "path": "/machine/nosuch"}]""", "no such key")]
    [InlineData("""[{"op": "replace", "path": "/machine/nosuch", "value": 1}]""", "machine.nosuch: unknown field")]
    [InlineData("""[{"op": "add", "path": "/machine/kubelet/image", "value": "x"}]""", "no value at /machine/kubelet")]
    [InlineData("""[{"op": "add", "path": "/machine/certSANs/5", "value": "x"}]""", "the list has no entry 5")]
    [InlineData("""[{"op": "test", "path": "/machine/token", "value": "other"}]""", "the value differs")]
    [InlineData("""[{"op": "frob", "path": "/machine"}]""", "\"frob\" is not an operation")]
    [InlineData("""[{"op": "add", "path": "/machine/token"}]""", ": value is missing")]
    [InlineData("""[{"op": "add", "path": "machine", "value": 1}]""", "must start with /")]
    [InlineData("""[{"path": "/machine"}]""", "needs an op")]
    [InlineData("""["x"]""", "must be a mapping with op, path and value")]
    // what it makes must be a configuration
    [InlineData("""[{"op": "add", "path": "/machine/nosuch", "value": 1}]""", "machine.nosuch: unknown field")]
    public void Operations_that_do_not_apply_are_refused(string patch, string why) =>
        Assert.Contains(why, Patched.Mistake(Machine, patch), StringComparison.Ordinal);

    [Fact]
    public void A_configuration_of_several_documents_is_refused() => // configpatcher_test.go, TestApplyMultiDocFail
        Assert.Contains("applies to one document, but this configuration has 2",
            Patched.Mistake(Machine + "---\napiVersion: v1alpha1\nkind: EventSinkConfig\nendpoint: a:1\n", "[]"), StringComparison.Ordinal);

    [Fact]
    public void Both_kinds_of_patches_mix() =>
        Assert.Contains("token: v\n", Patched.Text(Machine, "machine: {token: u}",
            """[{"op": "test", "path": "/machine/token", "value": "u"}, {"op": "replace", "path": "/machine/token", "value": "v"}]""",
            "machine: {kubelet: {image: x}}"), StringComparison.Ordinal);

    [Fact]
    public void A_refused_secret_is_not_quoted() =>
        Assert.DoesNotContain("topsecret", Patched.Mistake("machine: {token: topsecret}",
            """[{"op": "test", "path": "/machine/token", "value": "otherwise"}]"""), StringComparison.Ordinal);
}
