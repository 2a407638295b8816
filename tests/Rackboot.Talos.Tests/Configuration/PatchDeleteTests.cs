namespace Rackboot.Talos.Tests.Configuration;

/// <summary><c>$patch: delete</c>: siderolabs/talos pkg/machinery/config/configloader/internal/decoder/{delete,selector}.go.</summary>
public sealed class PatchDeleteTests
{
    private const string Sinks = "machine: {type: worker}\n---\napiVersion: v1alpha1\nkind: EventSinkConfig\nendpoint: a:1\n---\n"
        + "apiVersion: v1alpha1\nkind: KmsgLogConfig\nname: k\nurl: tcp://a:1/\n";

    [Theory]
    [InlineData("machine: {sysctls: {a: '1', b: '2'}}", "machine: {sysctls: {a: {$patch: delete}}}", "a: \"1\"")]
    [InlineData("machine: {network: {hostname: x, searchDomains: [y]}}", "machine: {network: {hostname: {$patch: delete}}}", "hostname")]
    [InlineData("machine: {network: {hostname: x}}", "machine: {network: {$patch: delete}}", "network")]
    [InlineData("cluster: {proxy: {extraArgs: {a: b, c: d}}}", "cluster: {proxy: {extraArgs: {a: {$patch: delete}}}}", "a: b")]
    [InlineData("cluster: {apiServer: {auditPolicy: {rules: [x], kind: y}}}",
        "cluster: {apiServer: {auditPolicy: {rules: {$patch: delete}}}}", "rules")]
    [InlineData("machine: {network: {interfaces: [{interface: eth0}, {interface: eth1}]}}",
        "machine: {network: {interfaces: [{interface: eth0, $patch: delete}]}}", "eth0")]
    [InlineData("cluster: {apiServer: {admissionControl: [{name: P, configuration: {}}]}}",
        "cluster: {apiServer: {admissionControl: [{$patch: delete, name: P}]}}", "name: P")]
    [InlineData(Sinks, "apiVersion: v1alpha1\nkind: EventSinkConfig\n$patch: delete", "EventSinkConfig")]
    [InlineData(Sinks, "apiVersion: v1alpha1\nkind: KmsgLogConfig\nname: k\n$patch: delete", "KmsgLogConfig")]
    public void What_is_deleted_is_gone(string text, string patch, string gone)
    {
        Assert.Contains(gone, Patched.Text(text, "version: v1alpha1"), StringComparison.Ordinal);
        Assert.DoesNotContain(gone, Patched.Text(text, patch), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("machine: {type: worker}", "machine: {network: {hostname: {$patch: delete}}}",
        "machine.network.hostname: nothing to delete here")]
    [InlineData("machine: {sysctls: {a: '1'}}", "machine: {sysctls: {b: {$patch: delete}}}",
        "machine.sysctls.b: nothing to delete here")]
    [InlineData("machine: {type: worker}", "machine: {nosuch: {$patch: delete}}", "machine.nosuch: nothing to delete here")]
    [InlineData("machine: {ca: {crt: Zm9v, key: Zm9v}}", "machine: {ca: {key: {$patch: delete}}}",
        "machine.ca.key: nothing to delete here")] // selector.go: siderolabs/crypto's fields have no yaml tags
    [InlineData("machine: {network: {interfaces: [{interface: a}]}}", "machine: {network: {interfaces: [{interface: b, $patch: delete}]}}",
        "no entry has interface: b")]
    [InlineData("machine: {network: {interfaces: [{interface: a}]}}", "machine: {network: {interfaces: [{$patch: delete}]}}",
        "needs another key")]
    [InlineData("machine: {network: {interfaces: [{interface: a, mtu: 1}]}}",
        "machine: {network: {interfaces: [{interface: a, mtu: {$patch: delete}}]}}", "cannot reach into a list entry")]
    [InlineData("machine: {network: {interfaces: [{interface: a, mtu: 5}]}}",
        "machine: {network: {interfaces: [{mtu: 5, $patch: delete}]}}", "no entry has mtu: 5")]
    [InlineData("machine: {type: worker}", "$patch: delete", "the v1alpha1 document cannot be deleted")]
    [InlineData("machine: {type: worker}", "kind: EventSinkConfig\nendpoint: {$patch: delete}", "needs both apiVersion and kind")]
    public void What_cannot_be_deleted_is_refused(string text, string patch, string why) =>
        Assert.Contains(why, Patched.Mistake(text, patch), StringComparison.Ordinal);

    [Theory]
    [InlineData("apiVersion: v1alpha1\nkind: EventSinkConfig\n$patch: delete")]
    [InlineData("apiVersion: v1alpha1\nkind: KmsgLogConfig\nname: other\n$patch: delete")]
    [InlineData("apiVersion: v1alpha1\nkind: KmsgLogConfig\n$patch: delete")] // a named kind is found by its name alone
    public void A_document_that_is_not_there_is_deleted_silently(string patch)
    {
        const string text = "machine: {type: worker}\n---\napiVersion: v1alpha1\nkind: KmsgLogConfig\nname: k\nurl: tcp://a:1/\n";
        Assert.Equal(Patched.Text(text, "version: v1alpha1"), Patched.Text(text, patch, "version: v1alpha1"));
    }

    [Fact]
    public void Deletes_and_additions_go_in_one_patch()
    {
        var result = Patched.Text("machine: {sysctls: {a: '1'}, token: t}", "machine: {sysctls: {a: {$patch: delete}, b: '2'}}");
        Assert.Contains("sysctls:\n        b: \"2\"\n", result, StringComparison.Ordinal);
        Assert.Contains("token: t\n", result, StringComparison.Ordinal);
    }
}
