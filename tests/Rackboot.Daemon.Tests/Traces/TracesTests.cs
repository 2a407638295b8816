using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Tests.Explain;
using Rackboot.Daemon.Traces;

namespace Rackboot.Daemon.Tests.Traces;

/// <summary>Which boots a collector gets, when, and what becomes of them while it is away.</summary>
public sealed class TracesTests : IAsyncDisposable
{
    private const string A = "525400000001";
    private const string File = "ipxe/amd64/snponly.efi";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("rb-traces-").FullName;
    private readonly FaultClock _clock = new();
    private readonly SqliteStore _store;
    private readonly EventLog _events;
    private readonly Inventory _inventory;
    private readonly BootLog _boots;
    private readonly BootTraces _traces;

    public TracesTests()
    {
        _store = SqliteStore.Open(Path.Combine(_directory, "rackboot.db"), NullLogger.Instance);
        _events = new EventLog(_store, _clock, NullLogger<EventLog>.Instance);
        (_inventory, _boots) = (new Inventory(_store, _events, _clock), new BootLog(_store, _events, _clock));
        _inventory.Gone += _boots.Inherit;
        _traces = Traces();
    }

    public async ValueTask DisposeAsync()
    {
        _traces.Dispose();
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_boot_is_one_trace_with_the_id_of_the_boot(bool grpc)
    {
        await using var collector = await Collector.StartAsync(grpc);
        Use(collector, grpc);
        var (machine, began) = (See(), _clock.GetUtcNow());
        var boot = Succeed(machine);
        Deliver();

        var root = collector.Span("boot");
        Assert.Equal((boot.Id, "", 42.0), (root.Trace, root.Parent, root.Seconds));
        Assert.Equal(began, root.Start);
        Assert.Equal(("node-7", "S3R1AL", "uefi-pxe", "succeeded"), (
            root.Attributes["rackboot.machine"], root.Attributes["rackboot.machine.serial"],
            root.Attributes["rackboot.boot.firmware"], root.Attributes["rackboot.boot.outcome"]));
        Assert.Equal(("rackbootd", "1.2.3", Environment.MachineName),
            (root.Resource["service.name"], root.Resource["service.version"], root.Resource["host.name"]));
        Assert.Equal(0UL, root.Status);
        var program = collector.Span("program");
        Assert.Equal((root.Id, root.Trace, 39.0), (program.Parent, program.Trace, program.Seconds));
        var transfer = collector.Span("tftp snponly.efi");
        Assert.Equal((program.Id, 2.0, "200000"), (transfer.Parent, transfer.Seconds, transfer.Attributes["rackboot.file.size"]));
        Assert.Contains(program.Events, e => e.Name == "tftp"
            && e.At == began.AddSeconds(5)
            && e.Attributes["message"].StartsWith($"received {File}, 200,000 bytes", StringComparison.Ordinal));
        Assert.Equal((1, null), ((int)_traces.Sent, _traces.Problem));

        // What the machine does later belongs to another boot; this one was sent.
        _boots.Remark(machine.Id, "talos", "still runs");
        Deliver();
        Assert.Single(collector.Spans, s => s.Name == "boot");
    }

    [Fact]
    public async Task A_boot_that_failed_is_an_error_and_is_sent_after_a_minute_in_which_it_did_not_go_on()
    {
        await using var collector = await Collector.StartAsync();
        Use(collector);
        var machine = See();
        _boots.Note(machine, BootStage.Firmware, "dhcp", "there is no iPXE for it", Level.Error,
            b => b with { Outcome = BootOutcome.Failed });
        Deliver(seconds: 30);
        Assert.Empty(collector.Spans);
        Deliver(seconds: 60);
        var root = collector.Span("boot");
        Assert.Equal((ReceivedSpan.StatusError, "there is no iPXE for it"), (root.Status, root.Error));
        Assert.Equal(ReceivedSpan.StatusError, collector.Span("firmware").Status);
    }

    [Fact]
    public async Task One_that_another_follows_is_sent_and_so_is_that_of_a_deleted_machine_and_none_twice()
    {
        await using var collector = await Collector.StartAsync();
        Use(collector);
        var machine = See();
        var first = Succeed(machine);
        Deliver();
        var second = _boots.Note(machine, BootStage.Firmware, "dhcp", "asked again");
        _boots.Note(machine, BootStage.Ipxe, "dhcp", "asked again");
        var third = _boots.Note(machine, BootStage.Firmware, "dhcp", "asked again");
        Deliver();
        _boots.Inherit(machine.Id, null);
        Deliver();
        Assert.Equal([first.Id, second.Id, third.Id], collector.Spans.Where(s => s.Name == "boot").Select(s => s.Trace));
    }

    [Fact]
    public async Task After_a_restart_those_that_were_over_are_not_sent_again_and_one_under_way_is()
    {
        await using var collector = await Collector.StartAsync();
        Succeed(See());
        var other = See("525400000002", "OTHER");
        _boots.Note(other, BootStage.Firmware, "dhcp", "asked");
        using var restarted = Traces();
        restarted.Settings = Settings(collector.Url);
        _boots.Note(other, BootStage.Reported, "talos", "runs", change: b => b with { Outcome = BootOutcome.Succeeded });
        Deliver(traces: restarted);
        Assert.Equal("OTHER", collector.Span("boot").Attributes["rackboot.machine.serial"]);
    }

    [Fact]
    public async Task While_the_collector_is_away_boots_wait_for_it_and_it_is_told_once()
    {
        var gone = await Collector.StartAsync();
        Use(gone);
        var url = gone.Url;
        await gone.DisposeAsync();
        var machine = See();
        var boot = Succeed(machine);
        for (var i = 0; i < 5; i++)
            Deliver(seconds: 31);
        Assert.Contains($"traces of boots are not taken: {url}v1/traces: Connection refused", _traces.Problem, StringComparison.Ordinal);
        Assert.Single(await ToldAsync("telemetry.failed"));
        Assert.Equal(1, _traces.Queue.Count);

        await using var back = await Collector.StartAsync(port: url.Port);
        Deliver(seconds: 31);
        Assert.Equal(boot.Id, back.Span("boot").Trace);
        Assert.Null(_traces.Problem);
        Assert.Single(await ToldAsync("telemetry.sends"));
        Assert.Equal((0, 0L), (_traces.Queue.Count, _traces.Queue.Dropped));
    }

    [Fact]
    public async Task A_collector_that_does_not_answer_delays_no_boot()
    {
        await using var collector = await Collector.StartAsync();
        var may = new TaskCompletionSource();
        collector.May = may.Task;
        Use(collector);
        Succeed(See());
        var sending = Task.Run(() => Deliver());
        await collector.Asked.Task.WaitAsync(Patience);
        var other = See("525400000002", "OTHER");
        await Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
                _boots.Note(other, i % 2 == 0 ? BootStage.Firmware : BootStage.Ipxe, "dhcp", "asked");
        }).WaitAsync(Patience);
        Assert.False(sending.IsCompleted);
        may.SetResult();
        await sending.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_trace_that_the_collector_does_not_want_holds_up_no_other()
    {
        await using var collector = await Collector.StartAsync();
        Use(collector);
        collector.Status = 400;
        Succeed(See());
        Deliver();
        Assert.Contains("it answers 400 Bad Request", _traces.Problem, StringComparison.Ordinal);
        Assert.Equal((0, 1L), (_traces.Queue.Count, _traces.Queue.Dropped));
        collector.Status = 200;
        Succeed(See("525400000002", "OTHER"));
        Deliver(seconds: 31);
        Assert.Equal("OTHER", collector.Span("boot").Attributes["rackboot.machine.serial"]);
    }

    [Theory]
    [InlineData(false, "it answers 503 Service Unavailable")]
    [InlineData(true, "it answers gRPC status 14, no room")]
    public async Task A_collector_that_is_too_busy_gets_it_later(bool grpc, string reason)
    {
        await using var collector = await Collector.StartAsync(grpc);
        Use(collector, grpc);
        (collector.Status, collector.GrpcStatus) = grpc ? (200, 14) : (503, 0);
        Succeed(See());
        Deliver();
        Assert.Contains(reason, _traces.Problem, StringComparison.Ordinal);
        (collector.Status, collector.GrpcStatus) = (200, 0);
        Deliver(seconds: 31);
        Assert.NotNull(collector.Span("boot"));
    }

    [Fact]
    public void The_queue_is_bounded_and_the_oldest_go()
    {
        var queue = new TraceQueue(2, _clock);
        var boots = Enumerable.Range(0, 4).Select(i => Succeed(See($"52540000001{i}", $"S{i}"))).ToList();
        boots.ForEach(queue.Add);
        Assert.Equal((2, 2L, boots[2].Id), (queue.Count, queue.Dropped, queue.Oldest(TimeSpan.Zero)!.Id));
        queue.Remove(boots[0], sent: true);
        Assert.Equal(2, queue.Count);
    }

    [Fact]
    public async Task Headers_come_from_their_file_as_it_is_now_and_no_other_secret_is_sent()
    {
        await using var collector = await Collector.StartAsync();
        var headers = Path.Combine(_directory, "headers");
        await System.IO.File.WriteAllTextAsync(headers, "Authorization: Bearer one\n", TestContext.Current.CancellationToken);
        _traces.Settings = Settings(collector.Url) with { Headers = headers };
        var machine = See();
        Succeed(machine);
        await _boots.CommitAsync(machine.Id, b => b with { TokenSha256 = "5ec4e7" });
        Deliver();
        await System.IO.File.WriteAllTextAsync(headers, "Authorization: Bearer two\n", TestContext.Current.CancellationToken);
        Succeed(See("525400000002", "OTHER"));
        Deliver();
        Assert.Equal(["Bearer one", "Bearer two"], collector.Logins);
        Assert.DoesNotContain("5ec4e7", collector.Bytes.ToString(), StringComparison.Ordinal);
        System.IO.File.Delete(headers);
        Succeed(See("525400000003", "THIRD"));
        Deliver();
        Assert.Contains("Could not find file", _traces.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TLS_only_the_named_authority_counts()
    {
        using var certificate = SelfSigned();
        await using var collector = await Collector.StartAsync(certificate: certificate);
        var (right, wrong) = (Path.Combine(_directory, "right.pem"), Path.Combine(_directory, "wrong.pem"));
        await System.IO.File.WriteAllTextAsync(right, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        using (var other = SelfSigned())
            await System.IO.File.WriteAllTextAsync(wrong, other.ExportCertificatePem(), TestContext.Current.CancellationToken);
        _traces.Settings = Settings(collector.Url) with { Authority = wrong };
        Succeed(See());
        Deliver();
        Assert.Contains("certificate", _traces.Problem, StringComparison.Ordinal);
        Assert.Empty(collector.Spans);
        _traces.Settings = _traces.Settings with { Authority = right };
        Deliver();
        Assert.NotNull(collector.Span("boot"));
    }

    private BootTraces Traces()
    {
        var traces = new BootTraces(_boots, _inventory, _events, _clock, "1.2.3");
        return traces;
    }

    private void Use(Collector collector, bool grpc = false) =>
        _traces.Settings = Settings(collector.Url) with
        {
            Endpoint = grpc ? collector.Url : new Uri(collector.Url, "/v1/traces"),
            Protocol = grpc ? TraceProtocol.Grpc : TraceProtocol.HttpProtobuf,
        };

    private static TelemetrySettings Settings(Uri collector) => new(new Uri(collector, "/v1/traces"), TraceProtocol.HttpProtobuf);

    private Machine See(string mac = A, string serial = "S3R1AL")
    {
        Assert.True(MacAddress.TryParse(mac, out var card));
        return _inventory.Observe(new MachineIdentity { Mac = card, Serial = serial }) with { Name = "node-7" };
    }

    private BootRecord Succeed(Machine machine)
    {
        _boots.Note(machine, BootStage.Firmware, "dhcp", "offered 10.20.0.21", change: b => b with { Firmware = "uefi-pxe" });
        _clock.Pass(3);
        _boots.FileBegan(machine, BootStage.Program, "tftp", File, 200_000);
        _clock.Pass(2);
        _boots.FileArrived(machine, BootStage.Program, "tftp", File, 200_000, TimeSpan.FromSeconds(2));
        _clock.Pass(37);
        return _boots.Note(machine, BootStage.Reported, "talos", "runs", change: b => b with { Outcome = BootOutcome.Succeeded });
    }

    private void Deliver(double seconds = 10, BootTraces? traces = null)
    {
        (traces ?? _traces).Look();
        _clock.Pass(seconds);
        (traces ?? _traces).Look();
        (traces ?? _traces).Send(TimeSpan.Zero, () => false);
    }

    private async Task<List<RackEvent>> ToldAsync(string kind)
    {
        await _store.CommitAsync([Change.Delete(Table.Leases, "none")]); // what was posted before is stored with it
        return [.. _store.Load(Table.Events).Select(StoreJson.Read<RackEvent>).Where(e => e.Kind == kind)];
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=collector", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
