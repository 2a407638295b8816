using System.Net;
using System.Text;
using Rackboot.Core.Assets;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Tftp;

namespace Rackboot.Core.Network;

/// <summary>Serves iPXE and its first script over TFTP, by their names in the asset store and nothing else.</summary>
public sealed class TftpBoot(Inventory inventory, BootDesk desk, AssetStore assets, BootLog boots, AddressBook addresses, Counters counters)
    : ITftpFiles, ITftpObserver
{
    private readonly DiskTftpFiles _files = new();

    /// <summary>What was not answered.</summary>
    public Sightings Sightings { get; init; } = new(TimeProvider.System);

    public TftpFile? Open(TftpRead request)
    {
        if (request.FileName == "autoexec.ipxe" || request.FileName.EndsWith("/autoexec.ipxe", StringComparison.Ordinal))
            return new MemoryTftpFile(
                Encoding.ASCII.GetBytes(IpxeScript.Bootstrap(desk.Settings.Server(request.ServerAddress.ToString()))));
        return request.FileName.StartsWith("ipxe/", StringComparison.Ordinal) && assets.Find(request.FileName) is { } asset
            ? _files.Open(asset.File)
            : null;
    }

    public bool Expects(IPAddress client) => addresses.At(client) is not null;

    public void Started(TftpRead request, long length)
    {
        if (Machine(request) is { } machine)
            boots.FileBegan(machine, BootStage.Program, "tftp", Shown(request.FileName), length);
    }

    public void Moved(TftpRead request, TftpProgress progress)
    {
        if (addresses.At(request.Client.Address) is { } machine)
            boots.FileMoved(machine, Shown(request.FileName), progress.Acknowledged);
    }

    public void Finished(TftpRead request, long length, TimeSpan duration)
    {
        counters.Add("tftp.finished");
        if (Machine(request) is { } machine)
            boots.FileArrived(machine, BootStage.Program, "tftp", Shown(request.FileName), length, duration);
    }

    /// <remarks>A request that was refused: nothing has begun.</remarks>
    public void Failed(TftpRead request, string reason, bool probe)
    {
        counters.Add(probe ? "tftp.size probes" : "tftp.failed");
        var (file, fact) = (Shown(request.FileName), new Fact(FactKind.FileMissing, Shown(request.FileName)));
        if (Machine(request) is { } machine)
            boots.Saw(machine, "tftp", $"asked for {file} by TFTP: {reason}", Level.Warning, fact);
        else
            Sightings.Add(request.Client.Address, fact, $"asked for {file} by TFTP: {reason}");
    }

    public void Broke(TftpRead request, string reason, bool probe, TftpProgress progress)
    {
        counters.Add(probe ? "tftp.size probes" : "tftp.failed");
        var file = Shown(request.FileName);
        var (fact, text) = probe
            ? (new Fact(FactKind.SizeAsked, file), $"asked for the size of {file} by TFTP, {progress.Length:N0} bytes")
            : Ending(file, reason, progress);
        if (addresses.At(request.Client.Address) is not { } machine)
            Sightings.Add(request.Client.Address, fact, text);
        else if (probe)
            boots.Remark(machine, "tftp", text, fact: fact);
        else
            boots.FileBroke(machine, "tftp", file, progress.Acknowledged, text, fact.Kind);
    }

    public void Dropped(EndPoint source, string reason) => counters.Add($"tftp.dropped ({reason})");

    // A client that acknowledges the options and no block gets small packets and no large ones: the path takes less than the block.
    private static (Fact Fact, string Text) Ending(string file, string reason, TftpProgress progress) =>
        !progress.WasHeard ? (new Fact(FactKind.TransferUnheard, file), $"it acknowledged no block of {file}: {reason}")
        : progress.Acknowledged == 0 && progress.BlockBytes > 512
            ? (new Fact(FactKind.BlocksLost, file), $"no block of {file} ({progress.BlockBytes:N0} bytes each) arrived, while small "
                + $"packets arrived: {reason}")
        : (new Fact(FactKind.FileBroke, file), $"the transfer of {file} broke off after {progress.Acknowledged:N0} of "
            + $"{progress.Length:N0} bytes: {reason}");

    private Machine? Machine(TftpRead request) => addresses.At(request.Client.Address) is { } id ? inventory.Fleet[id] : null;

    private static string Shown(string name) => name.Length > 100 ? name[..100] + "…" : name;
}
