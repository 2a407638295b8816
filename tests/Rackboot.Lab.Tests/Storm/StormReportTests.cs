using System.Text.Json;
using Rackboot.Lab.Storm.Report;

namespace Rackboot.Lab.Tests.Storm;

public sealed class StormReportTests
{
    [Fact]
    public void Percentiles_are_values_that_were_measured()
    {
        var took = Percentiles.Of(Enumerable.Range(1, 200).Select(n => TimeSpan.FromMilliseconds(n)));
        Assert.Equal(new Percentiles(200, 0.1, 0.19, 0.198, 0.2), took);
    }

    [Fact]
    public void Of_one_machine_every_percentile_is_its_time() =>
        Assert.Equal(new Percentiles(1, 2.5, 2.5, 2.5, 2.5), Percentiles.Of([TimeSpan.FromSeconds(2.5)]));

    [Fact]
    public void Of_no_machine_there_is_nothing_to_say() => Assert.Equal(new Percentiles(0, 0, 0, 0, 0), Percentiles.Of([]));

    [Fact]
    public void Metrics_are_found_by_their_whole_name_and_labels()
    {
        const string Metrics = "# TYPE a histogram\na_bucket{le=\"0.02\"} 7\na_bucket{le=\"+Inf\"} 9\na_count 9\na_counted 5\n";
        Assert.Equal((7, 9, 0), (DaemonUse.Metric(Metrics, "a_bucket{le=\"0.02\"}"), DaemonUse.Metric(Metrics, "a_count"),
            DaemonUse.Metric(Metrics, "b")));
    }

    [Fact]
    public void What_the_daemon_took_is_the_difference_of_two_readings_and_the_most_of_both()
    {
        var before = new DaemonUse(1.5, 100, 40, 3, 0.01, 0.004, 0);
        var after = new DaemonUse(4, 180, 60, 10, 0.05, 0.03, 1);
        Assert.Equal(new DaemonUse(2.5, 180, 60, 7, 0.04, 0.03, 1), after.Since(before));
    }

    [Fact]
    public void A_storm_is_good_if_no_machine_did_amiss()
    {
        Assert.True(Report([]).IsGood);
        Assert.False(Report(["storm-00003 (Bios) got to script"]).IsGood);
    }

    [Fact]
    public void The_report_as_json_names_the_stages_and_the_classes_of_faults()
    {
        using var json = JsonDocument.Parse(Report([]).ToJson());
        Assert.Equal("healthy", json.RootElement.GetProperty("faults")[0].GetProperty("fault").GetString());
        Assert.Equal(0.2, json.RootElement.GetProperty("stages").GetProperty("script").GetProperty("p50").GetDouble());
        Assert.False(json.RootElement.TryGetProperty("isGood", out _));
    }

    private static StormReport Report(IReadOnlyList<string> amiss) => new(
        10, "at once", 1, 5, 7200, 160, 0.2, 10, [new FaultCount("healthy", 10, 10, 10, 0, amiss)],
        new Dictionary<string, Percentiles> { ["script"] = new(10, 0.2, 0.3, 0.3, 0.3) },
        new DaemonUse(1, 100, 40, 2, 0.01, 0.004, 0), 1, 2, "0.5");
}
