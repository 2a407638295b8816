using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Daemon.BootPlane.Transport;

namespace Rackboot.Daemon.BootPlane;

/// <summary>Puts the transfer of a boot file on the timeline of the machine that fetches it. Bytes in the kernel's buffer have not
/// arrived: a machine has a file when it acknowledged the last byte.</summary>
internal sealed class AssetTransfer
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan AcknowledgedWithin = TimeSpan.FromMinutes(2);

    private readonly Machine _machine;
    private readonly BootLog _boots;
    private readonly BootStage _stage;
    private readonly bool _isBeforeSystem;
    private readonly string _file;
    private readonly long _bytes;
    private readonly DirectWriter _writer;
    private readonly long _from;
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly TaskCompletionSource<(int Status, long First, long Length)> _answered =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AssetTransfer(Machine machine, BootLog boots, string name, long bytes, DirectWriter writer)
    {
        (_machine, _boots, _bytes, _writer, _from) = (machine, boots, bytes, writer, writer.Sent);
        _stage = name.StartsWith("talos/", StringComparison.Ordinal) ? BootStage.Kernel : BootStage.Program;
        _isBeforeSystem = boots.Current(machine.Id) is not { Stage: > BootStage.Kernel };
        _file = name[(name.LastIndexOf('/') + 1)..];
    }

    /// <param name="name">The file's name in the store.</param>
    /// <param name="machine">The machine that fetches it; null if unknown.</param>
    public static void Follow(HttpContext http, string name, long bytes, Machine? machine, BootLog boots, Counters counters)
    {
        counters.Add("http.assets");
        if (machine is null)
            return;
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            boots.Saw(machine, "http", $"asked for the size of {name} by HTTP (HEAD), {bytes:N0} bytes", Core.Events.Level.Info,
                new Fact(FactKind.SizeAsked, name));
            return;
        }

        var transfer = new AssetTransfer(machine, boots, name, bytes, http.Features.Get<DirectWriter>()!);
        boots.FileBegan(machine, transfer._stage, "http", transfer._file, bytes);
        http.Response.OnCompleted(() =>
        {
            var first = http.Response.GetTypedHeaders().ContentRange?.From ?? 0;
            transfer._answered.TrySetResult((http.Response.StatusCode, first, http.Response.ContentLength ?? bytes));
            return Task.CompletedTask;
        });
        _ = transfer.WatchAsync();
    }

    private async Task WatchAsync()
    {
        using var client = _writer.Watch();
        while (await Task.WhenAny(_answered.Task, Task.Delay(LookEvery)).ConfigureAwait(false) != _answered.Task)
            _boots.FileMoved(_machine.Id, _file, Arrived(client, _writer.Sent, 0, _bytes));
        var (status, first, length) = await _answered.Task.ConfigureAwait(false);
        if (status is not (StatusCodes.Status200OK or StatusCodes.Status206PartialContent))
            return;
        var (end, isBroken) = (_writer.Sent, _writer.IsBroken);
        var asked = TimeProvider.System.GetTimestamp();
        for (var wait = FirstLook; !isBroken && !HasAll(client, end) && !HasGoneOn() && !client.IsOver
            && TimeProvider.System.GetElapsedTime(asked) < AcknowledgedWithin;)
        {
            await Task.Delay(wait).ConfigureAwait(false);
            wait = wait * 2 < LookEvery ? wait * 2 : LookEvery;
        }

        var took = TimeProvider.System.GetElapsedTime(_started);
        if (!isBroken && end - _from >= length && (HasAll(client, end) || HasGoneOn()))
        {
            _boots.FileArrived(_machine, _stage, "http", _file, first + length, took);
            return;
        }

        var arrived = Arrived(client, end, first, length);
        _boots.FileBroke(_machine.Id, "http", _file, arrived,
            $"the transfer of {_file} broke off after {arrived:N0} of {_bytes:N0} bytes, {took.TotalSeconds:0.0} s", FactKind.FileBroke);
    }

    // On a persistent connection, bytes sent after the answer also count as unacknowledged. The end of a connection counts as one byte.
    private bool HasAll(Acknowledgements client, long end) =>
        client.Waiting is var waiting && (waiting <= 1 || _writer.Sent - waiting >= end);

    // iPXE may start the kernel before its last acknowledgements have left. A system that asks for its address has all of its files.
    private bool HasGoneOn() =>
        _stage == BootStage.Kernel && _isBeforeSystem && _boots.Current(_machine.Id) is { Stage: > BootStage.Kernel };

    // The acknowledged bytes include the answer's headers: some hundred bytes, which are not subtracted.
    private long Arrived(Acknowledgements client, long sent, long first, long length) =>
        first + Math.Clamp(sent - client.Waiting - _from, 0, length - 1);
}
