using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Contracts;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Tests.Api;

namespace Rackboot.Daemon.Tests;

/// <summary>What a part brings to the appliance, and how parts live and end.</summary>
public sealed class PartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_part_adds_endpoints_and_metrics_without_another_part_knowing_it()
    {
        await using var api = await RunningApi.StartAsync(new Fans());

        Assert.Equal("3", await api.GetAsync("/fans"));
        Assert.Contains("rackboot_fans 3\n", await api.GetAsync(ApiPaths.Metrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_fails_ends_those_beside_it_and_its_failure_is_told()
    {
        var ended = new TaskCompletionSource();
        var running = Together.RunAsync(
            CancellationToken.None, stop => UntilAsync(ended, stop), _ => Task.FromException(new IOException("port 69 is in use")));

        var failure = await Assert.ThrowsAsync<IOException>(() => running.WaitAsync(Patience));
        Assert.Equal("port 69 is in use", failure.Message);
        Assert.True(ended.Task.IsCompleted);
    }

    [Fact]
    public async Task A_server_without_work_ends_nobody_and_cancelling_ends_all()
    {
        using var stop = new CancellationTokenSource();
        var ended = new TaskCompletionSource();
        var running = Together.RunAsync(stop.Token, _ => Task.CompletedTask, cancel => UntilAsync(ended, cancel));
        Assert.False(running.IsCompleted);

        await stop.CancelAsync();
        await running.WaitAsync(Patience);
        Assert.True(ended.Task.IsCompleted);
    }

    [Fact]
    public async Task Every_part_says_which_of_its_settings_need_a_restart()
    {
        var directory = Directory.CreateTempSubdirectory("rb-parts-").FullName;
        try
        {
            var configuration = Configuration(directory, "boot: { interfaces: [lo] }");
            await using var appliance = new Appliance(configuration, NullLoggerFactory.Instance, TimeProvider.System);

            Assert.Empty(appliance.Reload(configuration));
            Assert.Empty(appliance.Reload(Configuration(directory, "boot: { interfaces: [lo], poll: 7s }\npower: { interval: 99s }")));
            Assert.Equal(
                ["data", "boot.ipxe", "boot.interfaces", "boot.http", "boot.tftp", "boot.logs", "management.socket"],
                appliance.Reload(
                    Configuration(directory + "2", "boot: { interfaces: [lo, eth7], http: 81, tftp: 70, logs: 4515, ipxe: /tmp }")));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static RackbootConfiguration Configuration(string directory, string more)
    {
        var yaml = $$"""
            data: {{directory}}
            management: { socket: {{directory}}/api.sock }
            subnets: [{ subnet: 10.20.0.0/24 }]
            {{more}}
            """;
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml", yaml, out var configuration, out var errors), string.Join('\n', errors));
        return configuration;
    }

    private static async Task UntilAsync(TaskCompletionSource ended, CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ended.SetResult();
    }

    /// <summary>A capability that nobody has written yet.</summary>
    private sealed class Fans : IPart
    {
        public void MapManagement(IEndpointRouteBuilder api) => api.MapGet("/fans", () => "3").Needs(AccessRole.Viewer, Reach.Shared);

        public void Measure(MetricsText text)
        {
            text.Metric("rackboot_fans", "gauge", "Fans.");
            text.Sample("rackboot_fans", 3);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
