using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Contracts;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Clouds;

/// <summary>The real daemon and command line with simulated providers on the wire.</summary>
[Trait("Category", "Slow")]
public sealed class CloudTests
{
    private const string Profile =
        """
        ---
        apiVersion: v1alpha1
        kind: Profile
        name: default
        talos: { version: v1.13.9 }

        """;

    // All at which servers are bought, but Scaleway: rescue systems are tried with a real sshd in Rackboot.Cloud.Tests.
    private static readonly string[] OnTheWire = ["hivelocity", "zenlayer", "i3d", "latitude", "hetzner-cloud", "vultr", "cherry",
        "linode", "gcore", "openmetal", "ironic", "digitalocean", "phoenixnap"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task Machines_at_thirteen_providers_are_planned_bought_switched_explained_and_given_back()
    {
        await using var rack = await TestRack.StartAsync();
        var hosts = new List<ProviderHost>();
        foreach (var provider in OnTheWire)
            hosts.Add(await ProviderHost.StartAsync(rack.Network, Providers.Start(provider), 18000 + hosts.Count));
        try
        {
            await LiveAsync(rack, hosts);
        }
        finally
        {
            foreach (var host in hosts)
                await host.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_daemon_that_is_killed_while_it_buys_has_one_server_afterwards_and_knows_it(bool carriedOut)
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ProviderHost.StartAsync(rack.Network, Providers.Start("latitude"), 18000);
        var held = new TaskCompletionSource();
        // The intent is on disk and the order has left; or it was carried out, and its answer is on the way.
        host.Door = carriedOut ? null : held;
        host.Answers = carriedOut ? held : null;
        await ApplyAsync(rack, host.Documents() + Profile + host.Machine("node-31"));
        await PlannedAsync(rack, 1);
        await RackbootAsync(rack, "cloud", "plan", "--yes", "node-31");
        await (carriedOut ? host.Made : host.Ordered).Task.WaitAsync(Patience);
        await rack.StopDaemonAsync(signal: 9);
        Assert.Equal(carriedOut ? 1 : 0, host.Cloud.Servers.Count);
        await rack.StartDaemonAsync();
        if (!carriedOut)
        {
            // Its lists do not show the server yet: nothing is ordered again.
            Assert.Equal(CloudStage.Ordering, (await MachineAsync(rack, "node-31")).Stage);
            held.SetResult();
            await host.Made.Task.WaitAsync(Patience);
        }

        var machine = await UntilAsync(rack, m => m.Stage == CloudStage.Running);
        Assert.Equal(Assert.Single(host.Cloud.Servers).Id, machine.Server);
        Assert.Empty(await rack.Client.GetOrphansAsync());
        Assert.Single(host.Cloud.Requests, host.Cloud.IsCreate);
        if (carriedOut)
            held.SetResult();
        await RackbootAsync(rack, "delete", "machine", "node-31", "--yes");
        await GoneAsync(rack);
        Assert.Empty(host.Cloud.Alive);
    }

    [Fact]
    public async Task A_server_fetches_its_configuration_once_from_the_public_listener_which_answers_nothing_else()
    {
        var directory = Directory.CreateTempSubdirectory("rb-handout-").FullName;
        try
        {
            var authority = Certificate(directory, "10.20.0.1");
            await using var rack = await TestRack.StartAsync(TestRack.Subnet + "\n" +
                $$"""
                clouds:
                  handout: { listen: '10.20.0.1:8443', url: 'https://10.20.0.1:8443', certificate: {{authority}},
                      key: {{directory}}/key.pem }
                """);
            await using var host = await ProviderHost.StartAsync(rack.Network, Providers.Start("latitude"), 18000);
            await ApplyAsync(rack, host.Documents() + Profile + host.Machine("node-31")
                + "machineConfig: { content: \"version: v1alpha1\\nmachine: { type: worker }\\n\" }\n");
            await PlannedAsync(rack, 1);
            await RackbootAsync(rack, "cloud", "plan", "--yes", "node-31");
            await UntilAsync(rack, m => m.Stage == CloudStage.Running);
            var url = host.Cloud.Servers[0].Boot!.Split(' ', '\n').Single(w => w.StartsWith("talos.config=",
                StringComparison.Ordinal))[13..];
            await using var server = await ClientNamespace.CreateAsync(rack.Network, "server", "02:00:00:00:00:07", "10.20.0.7/24");
            Assert.Equal((200, "version: v1alpha1\nmachine: { type: worker }\n"), await server.CurlAsync(url, "--cacert", authority));
            Assert.Equal((404, ""), await server.CurlAsync(url, "--cacert", authority));
            foreach (var other in (string[])["", "machines", "metrics", "openapi/v1.json", "boot.ipxe"])
                Assert.Equal((404, ""), await server.CurlAsync($"https://10.20.0.1:8443/{other}", "--cacert", authority));
            Assert.Contains("fetched from 10.20.0.7", (await rack.EventAsync("config.delivered")).Text, StringComparison.Ordinal);
            Assert.Contains("10.20.0.7 asked with its token", (await rack.EventAsync("config.refused")).Text, StringComparison.Ordinal);
            Assert.DoesNotContain(url.Split('/')[^1], await File.ReadAllTextAsync(rack.DaemonLog), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Certificate(string directory, string address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=handout", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(directory, "key.pem"), key.ExportECPrivateKeyPem());
        var file = Path.Combine(directory, "certificate.pem");
        File.WriteAllText(file, made.ExportCertificatePem());
        return file;
    }

    private static async Task LiveAsync(VirtualRack rack, List<ProviderHost> hosts)
    {
        await ApplyAsync(rack, string.Concat(hosts.Select(h => h.Documents() + "---\n")) + Profile[4..]
            + string.Concat(hosts.Select(h => h.Machine($"node-{h.Cloud.Provider}"))));
        await PlannedAsync(rack, hosts.Count);
        Assert.All(hosts, h => Assert.Empty(h.Cloud.Servers));
        Assert.Contains("c2-small-x86", await RackbootAsync(rack, "cloud", "offers"), StringComparison.Ordinal);
        Assert.Contains("would be c2-small-x86 in FRA at latitude for 0.50 USD an hour",
            (await rack.Client.ExplainAsync("node-latitude")).Verdict, StringComparison.Ordinal);

        Assert.Contains("machine/node-latitude", await RackbootAsync(rack, "cloud", "plan", "--yes"), StringComparison.Ordinal);
        foreach (var host in hosts)
            await UntilAsync(rack, m => m.Stage == CloudStage.Running && m.Machine == $"node-{host.Cloud.Provider}");
        Assert.All(hosts, h => Assert.Single(h.Cloud.Servers));
        Assert.Contains("node-vultr", await RackbootAsync(rack, "cloud", "cost"), StringComparison.Ordinal);
        Assert.Contains("node-latitude is server id-0001 at latitude (on)", (await rack.Client.ExplainAsync("node-latitude")).Verdict,
            StringComparison.Ordinal);
        Assert.Contains("10.0.0.9", await RackbootAsync(rack, "cloud", "console", "node-latitude"), StringComparison.Ordinal);

        Assert.Contains("is on", await rack.PowerAsync("status node-latitude"), StringComparison.Ordinal);
        await rack.PowerAsync("off node-latitude --yes");
        Assert.False(hosts.First(h => h.Cloud.Provider == "latitude").Cloud.Servers[0].On);
        await rack.PowerAsync("on node-latitude");
        await rack.PowerAsync("reset node-vultr --yes");

        foreach (var host in hosts)
            await RackbootAsync(rack, "delete", "machine", $"node-{host.Cloud.Provider}", "--yes");
        await GoneAsync(rack);
        Assert.All(hosts, h => Assert.Empty(h.Cloud.Alive));
        Assert.DoesNotContain("node-", await RackbootAsync(rack, "cloud", "cost"), StringComparison.Ordinal);
        Assert.Empty(await rack.Client.GetOrphansAsync());
    }

    private static async Task ApplyAsync(VirtualRack rack, string documents)
    {
        var file = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "cloud.yaml");
        await File.WriteAllTextAsync(file, documents);
        await RackbootAsync(rack, "apply", "-f", file);
    }

    private static async Task<string> RackbootAsync(VirtualRack rack, params string[] arguments)
    {
        var (exit, output, error) = await rack.RackbootAsync(arguments);
        Assert.True(exit == 0, $"rackboot {string.Join(' ', arguments)}: {output}{error}");
        return output;
    }

    private static Task PlannedAsync(VirtualRack rack, int count) => Wait.UntilAsync(
        async () => (await rack.Client.GetCloudMachinesAsync(fresh: true)).Count(m => m.Waits) >= count,
        $"{count} machines wait for approval", Patience, () => DescribeAsync(rack));

    private static async Task<CloudMachine> MachineAsync(VirtualRack rack, string name) =>
        (await rack.Client.GetCloudMachinesAsync(fresh: true)).Single(m => m.Machine == name);

    private static Task<CloudMachine> UntilAsync(VirtualRack rack, Func<CloudMachine, bool> condition) => Wait.ForAsync(
        async () => (await rack.Client.GetCloudMachinesAsync(fresh: true)).FirstOrDefault(condition),
        "a machine is there", Patience, () => DescribeAsync(rack));

    private static Task GoneAsync(VirtualRack rack) => Wait.UntilAsync(
        async () => (await rack.Client.GetCloudMachinesAsync(fresh: true)).Count == 0,
        "no machine is left", Patience, () => DescribeAsync(rack));

    private static async Task<string> DescribeAsync(VirtualRack rack) => string.Join('\n',
        (await rack.Client.GetCloudMachinesAsync(fresh: false)).Select(m => $"{m.Machine} {m.Stage}: {m.Summary}; {m.Problem}"));
}
