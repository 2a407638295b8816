using System.Net;
using Microsoft.AspNetCore.Builder;
using Rackboot.Contracts;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Management;
using Rackboot.Daemon.Tests.Api;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>Health, for load balancers and watchers.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Strangers_learn_whether_it_serves_and_the_socket_what_is_wrong()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var client = appliance.Network();
        Assert.Equal("alive\n", await client.GetStringAsync("/healthz"));
        using var ready = await client.GetAsync("/readyz");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready\n"), (ready.StatusCode, await ready.Content.ReadAsStringAsync()));
        using var told = await appliance.SendAsync(HttpMethod.Get, "/readyz");
        Assert.Contains("BootPlanePart does not serve yet", await told.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_port_of_metrics_serves_those_and_nothing_else()
    {
        await using var rack = await RunningApi.StartAsync();
        var fans = new Sick();
        var status = new StatusApi(new Uptime(TimeProvider.System), rack.Counters, rack.Own, [fans]);
        await using var server = MetricsServer.Build(new IPEndPoint(IPAddress.Loopback, 0), status, new HealthApi([fans]));
        await server.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };

        Assert.Contains("rackboot_problems 1\n", await client.GetStringAsync(ApiPaths.Metrics, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Equal("ready\na fan stands still\n", await client.GetStringAsync("/readyz", TestContext.Current.CancellationToken));
        using var other = await client.GetAsync(ApiPaths.Machines, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    private sealed class Sick : IPart
    {
        public IReadOnlyList<string> Problems => ["a fan stands still"];

        public void Measure(MetricsText text)
        {
            text.Metric("rackboot_problems", "gauge", "Problems.");
            text.Sample("rackboot_problems", 1);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
