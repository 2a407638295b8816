using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Storm.Faults;
using Rackboot.Lab.Storm.Tftp;

namespace Rackboot.Lab.Storm.Boot;

/// <summary>A machine from its power-on: firmware, iPXE, kernel, system, each with the requests that real ones send.</summary>
internal sealed class MachineLife(StormMachine machine, HallGear gear) : IDisposable
{
    private const double LossPercent = 5;
    private const int MostAttempts = 3;
    private const int LogLines = 20;

    // EDK2 asks for windows of 4 blocks; BIOS ROMs know none.
    private const int UefiWindow = 4;

    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeforeNextAttempt = TimeSpan.FromSeconds(2);
    private static readonly int Stages = Enum.GetValues<StormStage>().Length;

    private readonly long[] _reached = new long[Stages];
    private readonly DhcpClient _dhcp = new(
        gear.Cable, new DhcpCard(machine.Card, machine.Uuid),
        () => machine.Fault == MachineFault.LostPackets && Random.Shared.NextDouble() * 100 < LossPercent);
    private CancellationTokenSource? _power;
    private volatile bool _hasReported;

    public StormMachine Machine => machine;

    /// <summary>What it has behind it.</summary>
    public StormStage? Stage { get; private set; }

    /// <summary>How often its firmware began; 1 where all went well.</summary>
    public int Attempts { get; private set; }

    /// <summary>How often a script had it wait.</summary>
    public int Waits { get; private set; }

    /// <summary>What went wrong last; null: nothing.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Whether nothing more will come of it.</summary>
    public bool IsOver { get; private set; }

    public bool HasReported => _hasReported;

    public bool IsFirstAttempt => HasReported && Attempts == 1 && Waits == 0;

    /// <summary>The time from one stage to another; null where it did not get there.</summary>
    public TimeSpan? Between(StormStage from, StormStage to) =>
        _reached[(int)from] is > 0 and var begin && _reached[(int)to] is > 0 and var end ? Stopwatch.GetElapsedTime(begin, end) : null;

    /// <summary>From the first order of power to the last report of these.</summary>
    public static TimeSpan Span(IReadOnlyList<MachineLife> lives) => lives.Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(
        lives.Min(l => l._reached[(int)StormStage.Asked]), lives.Max(l => l._reached[(int)StormStage.Reported]));

    /// <summary>Forgets its last boot: it is off, and will be powered on again.</summary>
    public void BeginAnew()
    {
        Array.Clear(_reached);
        (Stage, Attempts, Waits, Trouble, IsOver, _hasReported) = (null, 0, 0, null, false, false);
    }

    /// <summary>Its power was asked for.</summary>
    public void Asked() => Reach(StormStage.Asked);

    /// <summary>Its BMC switched it on.</summary>
    /// <param name="network">Whether it was told to boot from the network.</param>
    public void PowerOn(bool network)
    {
        Reach(StormStage.Power);
        if (!network)
        {
            End("its BMC was not told to boot it from the network");
            return;
        }

        var power = _power = new CancellationTokenSource();
        _ = Task.Run(() => RunAsync(power.Token));
    }

    public void PowerOff() => _power?.Cancel();

    /// <summary>The appliance could not power it on.</summary>
    public void PowerFailed(string why) => End(why);

    /// <summary>The appliance says that it reported.</summary>
    public void Reported()
    {
        if (_hasReported)
            return;
        _hasReported = true;
        Reach(StormStage.Reported);
        IsOver = true;
    }

    public void Dispose() => _power?.Cancel();

    private async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (++Attempts <= MostAttempts)
                try
                {
                    await BootAsync(cancel);
                    return;
                }
                catch (Exception e) when (e is BootException or SocketException)
                {
                    Trouble = e.Message;
                    await Task.Delay(BeforeNextAttempt, cancel);
                }

            Attempts = MostAttempts;
            End(Trouble!);
        }
        catch (OperationCanceledException)
        {
            // It was switched off.
        }
        catch (Exception e) when (e is LabException or FormatException)
        {
            End(e.Message);
        }
    }

    private async Task BootAsync(CancellationToken cancel)
    {
        await FirmwareAsync(cancel);
        Reach(StormStage.Program);
        if (machine.Fault == MachineFault.Stops)
            await DieAsync("its firmware stopped after it had fetched iPXE", cancel);
        var lease = await _dhcp.AcquireAsync(DhcpAsk.Ipxe(machine.Firmware), cancel);
        Reach(StormStage.Ipxe);
        var script = await ScriptAsync(lease, cancel);
        Reach(StormStage.Script);
        await FilesAsync(lease, script, cancel);
        Reach(StormStage.Files);
        await SystemAsync(script, cancel);
    }

    private async Task FirmwareAsync(CancellationToken cancel)
    {
        var lease = await _dhcp.AcquireAsync(DhcpAsk.Firmware(machine.Firmware), cancel);
        Reach(StormStage.Address);
        if (lease.BootFile.Length == 0)
            throw new BootException("its firmware was given an address and no boot file");
        if (machine.Firmware == MachineFirmware.UefiHttp)
        {
            var url = new Uri(lease.BootFile);
            await HttpFetch.FileAsync(gear.Sockets, lease.Address, url, Expected(url.AbsolutePath), long.MaxValue, cancel);
            return;
        }

        var order = new TftpOrder
        {
            File = lease.BootFile,
            Content = Expected(lease.BootFile),
            Window = machine.Firmware == MachineFirmware.UefiPxe ? UefiWindow : 0,
        };
        await gear.Tftp.DownloadAsync(lease.Address, order, machine.Fault == MachineFault.LostPackets ? LossPercent : 0, cancel);
    }

    private async Task<BootScript> ScriptAsync(DhcpLease lease, CancellationToken cancel)
    {
        var first = await HttpFetch.TextAsync(gear.Sockets, lease.Address, new Uri(lease.BootFile), cancel);
        var url = new Uri(IpxeVariables.Expand(IpxeVariables.Chain(first), machine));
        while (true)
        {
            var script = BootScript.Parse(await HttpFetch.TextAsync(gear.Sockets, lease.Address, url, cancel));
            if (script.Kernel is not null)
                return script;
            (Waits, Trouble) = (Waits + 1, script.Says);
            await Task.Delay(script.AskAgain, cancel);
        }
    }

    private async Task FilesAsync(DhcpLease lease, BootScript script, CancellationToken cancel)
    {
        var kernel = Expected(script.Kernel!.AbsolutePath);
        var fetched = HttpFetch.FileAsync(gear.Sockets, lease.Address, script.Kernel, kernel,
            machine.Fault == MachineFault.HalfDownload ? kernel.Length / 2 : long.MaxValue, cancel);
        if (machine.Fault == MachineFault.HalfDownload)
            End("its network died with half of the kernel there");
        await fetched;
        var initramfs = script.Initramfs ?? throw new BootException("the script names no initramfs");
        await HttpFetch.FileAsync(
            gear.Sockets, lease.Address, initramfs, Expected(initramfs.AbsolutePath), long.MaxValue, cancel);
    }

    private async Task SystemAsync(BootScript script, CancellationToken cancel)
    {
        var lease = await _dhcp.AcquireAsync(DhcpAsk.System, cancel);
        Reach(StormStage.System);
        if (!script.Arguments.TryGetValue("talos.config", out var config))
            throw new BootException("the kernel's command line names no machine configuration");
        // Talos decodes the query and puts its own values in (docs/architecture.md).
        var url = new Uri(config.Replace("%24%7Buuid%7D", $"{machine.Uuid}", StringComparison.Ordinal)
            .Replace("%24%7Bmac%7D", machine.Mac, StringComparison.Ordinal));
        var content = await HttpFetch.TextAsync(gear.Sockets, lease.Address, url, cancel);
        if (!content.Contains($"hostname: {machine.Name}\n", StringComparison.Ordinal))
            throw new BootException("it was given the machine configuration of another machine");
        Reach(StormStage.Configuration);
        if (!script.Arguments.TryGetValue("talos.logging.kernel", out var log))
            throw new BootException("the kernel's command line names no receiver of the kernel log");
        await SendLogAsync(lease, new Uri(log), cancel);
    }

    private async Task SendLogAsync(DhcpLease lease, Uri log, CancellationToken cancel)
    {
        var server = new IPEndPoint(IPAddress.Parse(log.Host), log.Port);
        using var socket = await gear.Sockets.ConnectAsync(lease.Address, server, null, cancel);
        var lines = string.Concat(Enumerable.Range(0, LogLines).Select(LogLine));
        await socket.SendAsync(Encoding.ASCII.GetBytes(lines), cancel);
        // The log of a running system goes on.
        for (var line = LogLines; !HasReported; line++)
        {
            await Task.Delay(BetweenLines, cancel);
            await socket.SendAsync(Encoding.ASCII.GetBytes(LogLine(line)), cancel);
        }
    }

    // As Talos writes it (siderolabs/talos internal/app/machined/pkg/controllers/runtime/kmsg_log.go).
    private static string LogLine(int number) =>
        $"{{\"clock\":{number * 100_000},\"facility\":\"user\",\"msg\":\"[talos] phase startEverything ({number}/{LogLines}): done\","
        + $"\"priority\":\"warning\",\"seq\":{number},\"talos-level\":\"warn\",\"talos-time\":\"2026-01-02T03:04:05.678901Z\"}}\n";

    private byte[] Expected(string path) =>
        gear.Files.GetValueOrDefault(path.TrimStart('/').Replace("assets/", "", StringComparison.Ordinal))
            ?? throw new BootException($"it was sent to {path}, which is no boot file of the appliance");

    private async Task DieAsync(string why, CancellationToken cancel)
    {
        End(why);
        await Task.Delay(Timeout.Infinite, cancel);
    }

    private void End(string why) => (Trouble, IsOver) = (why, true);

    // A second attempt counts from the same power-on.
    private void Reach(StormStage stage)
    {
        _reached[(int)stage] = Stopwatch.GetTimestamp();
        if (!_hasReported || stage == StormStage.Reported)
            Stage = stage;
    }
}
