using System.Globalization;
using System.Text.RegularExpressions;
using NSubstitute;
using Rackboot.Contracts;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Reports;
using BmcSensor = Rackboot.Core.Power.Reports.BmcSensor;
using BmcSeverity = Rackboot.Core.Power.Reports.BmcSeverity;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>The numbers, in the text format of Prometheus.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public async Task Power_sensors_boots_and_answers_are_counted_in_lines_that_Prometheus_reads()
    {
        await using var api = await RunningApi.StartAsync();
        await api.Client.PutAsync(ApiPaths.Credentials, "bmc", """{"name":"bmc","username":"admin","password":"hunter2"}""");
        await api.Client.PutAsync(
            ApiPaths.Machines, "a", """{"name":"a","serial":"S1","bmc":{"driver":"ipmi","address":"10.30.0.21","credential":"bmc"}}""");
        await api.Client.PutAsync(
            ApiPaths.Machines, "b", """{"name":"b","serial":"S2","bmc":{"driver":"ipmi","address":"10.30.0.22","credential":"bmc"}}""");
        await api.Client.PutAsync(ApiPaths.Machines, "c", """{"name":"c","serial":"S3"}""");
        var reports = Substitute.For<IBmcReports>();
        reports.SensorsAsync(default).ReturnsForAnyArgs(
            [new BmcSensor("CPU", 80, "°C", BmcSeverity.Critical, null), new BmcSensor("Fan", 900, "RPM", BmcSeverity.Ok, null)]);
        api.Bmcs["a"] = new FakeBmc { State = Core.Power.PowerState.On, Reports = reports };
        api.Bmcs["b"] = new FakeBmc { Fails = new PowerException(PowerFailure.BadAnswer, "garbage") };
        foreach (var machine in api.Power.Machines)
        {
            await api.Power.PollAsync(machine, CancellationToken.None);
            await api.Sensors.PollAsync(machine, CancellationToken.None);
        }

        api.Counters.Add("dhcp.ack", 3);
        api.Counters.Add("dhcp.dropped (no \"end\")");
        api.Counters.Add("http.scripts", 2);
        var text = await api.GetAsync(ApiPaths.Metrics);
        foreach (var line in new[]
        {
            "rackboot_machine_power_on{machine=\"a\"} 1", "rackboot_bmc_up{machine=\"a\"} 1", "rackboot_bmc_up{machine=\"b\"} 0",
            "rackboot_machine_sensors{machine=\"a\",health=\"critical\"} 1", "rackboot_machine_sensors{machine=\"a\",health=\"warning\"} 0",
            "rackboot_machines{state=\"accepted\"} 3", "rackboot_boots{outcome=\"stalled\"} 0",
            "rackboot_dhcp_events_total{event=\"ack\"} 3", "rackboot_dhcp_events_total{event=\"dropped (no \\\"end\\\")\"} 1",
            "rackboot_http_events_total{event=\"scripts\"} 2",
        })
            Assert.Contains(line + "\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("rackboot_machine_power_on{machine=\"b\"}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);

        var lines = text.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.Matches(LineOfPrometheus(), line));
        var names = lines.Where(l => l.StartsWith("# TYPE", StringComparison.Ordinal)).Select(l => l.Split(' ')[2]).ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.All(lines.Where(l => l[0] != '#'), line => Assert.Contains(Histogram().Replace(line.Split('{', ' ')[0], ""), names));
    }

    [Fact]
    public async Task Pauses_of_the_garbage_collector_are_a_histogram_and_the_longest_one()
    {
        await using var api = await RunningApi.StartAsync();
        var before = Pauses(await api.GetAsync(ApiPaths.Metrics));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var now = before; now.Count <= before.Count; now = Pauses(await api.GetAsync(ApiPaths.Metrics)))
        {
            limit.Token.ThrowIfCancellationRequested();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        var (count, sum, longest, all) = Pauses(await api.GetAsync(ApiPaths.Metrics));
        Assert.Equal(count, all);
        Assert.True(longest > 0 && sum >= longest, $"longest {longest}, sum {sum}");
    }

    private static (double Count, double Sum, double Longest, double All) Pauses(string metrics)
    {
        var lines = metrics.Split('\n');
        double Of(string name) => double.Parse(
            lines.First(l => l.StartsWith(name + ' ', StringComparison.Ordinal))[name.Length..], CultureInfo.InvariantCulture);
        return (Of("rackboot_gc_pause_seconds_count"), Of("rackboot_gc_pause_seconds_sum"), Of("rackboot_gc_pause_longest_seconds"),
            Of("rackboot_gc_pause_seconds_bucket{le=\"+Inf\"}"));
    }

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Histogram();

    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? -?[0-9.E+-]+)$""")]
    private static partial Regex LineOfPrometheus();
}
