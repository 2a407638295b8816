using System.Text.Json.Nodes;
using Rackboot.Cli.Support;

namespace Rackboot.Cli.Tests;

/// <summary>What a support bundle loses, and what it keeps.</summary>
public sealed class RedactionTests
{
    [Theory]
    [InlineData("proxy: http://user:hunter2@10.0.0.1:3128", "proxy: http://(removed)@10.0.0.1:3128")]
    [InlineData("GET http://10.0.0.1/x?key=hunter2&a=b done", "GET http://10.0.0.1/x?(removed) done")]
    [InlineData("password=hunter2, then", "password=(removed), then")]
    [InlineData("BMC_PASSWORD: 'hunter 2'", "BMC_PASSWORD: (removed)")]
    [InlineData("{\"joinToken\": \"hunter2\"}", "{\"joinToken\": (removed)}")]
    [InlineData("x -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- y", "x (removed) y")]
    [InlineData("-----BEGIN CERTIFICATE-----\nabc", "(removed)")]
    [InlineData("/config/Zm9vYmFyYmF6 was asked for", "/config/(removed) was asked for")]
    [InlineData("a eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9 b", "a (removed) b")]
    [InlineData("a dGhlIHNl/3JldCBrZXkg/2YgdGhl/HN0b3Jl+w== b", "a (removed) b")]
    public void What_looks_like_a_secret_goes(string text, string expected) => Assert.Equal(expected, Redaction.Of(text));

    [Theory]
    [InlineData("node-01 (52:54:00:00:01:04) got 10.20.0.21 from 10.20.0.1")]
    [InlineData("uuid 4c4c4544-0042-3510-8052-b4c04f4e4d32, boot 01980000000070008000000000000001")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("/var/lib/rackboot/assets/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("http://10.20.0.1/assets/talos/v1.14.0/amd64/kernel")]
    [InlineData("rackboot_dhcp_messages_total{type=\"discover\"} 12")]
    [InlineData("talos.platform=metal console=ttyS0,115200")]
    public void What_helps_stays(string text) => Assert.Equal(text, Redaction.Of(text));

    [Fact]
    public void Members_that_people_fill_with_text_lose_it_whole()
    {
        var document = JsonNode.Parse("""
            {"name":"prod","patches":[{"content":"hunter2"}],"settings":{"project":"hunter2"},
             "machineConfig":{"content":"hunter2","bytes":7},
             "kernelArguments":["console=ttyS0","a.b=hunter2","hunter2","net.ifnames=0"],"labels":{"rack":"r1"},"none":null}
            """);
        var left = Redaction.Of(document)!.ToJsonString();
        Assert.DoesNotContain("hunter2", left, StringComparison.Ordinal);
        foreach (var kept in (string[])["\"prod\"", "\"console=ttyS0\"", "\"a.b=(removed)\"", "\"net.ifnames=0\"", "\"r1\"", "\"bytes\":7",
            "\"project\""])
            Assert.Contains(kept, left, StringComparison.Ordinal);
    }
}
