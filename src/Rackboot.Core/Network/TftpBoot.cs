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

    public void Started(TftpRead request, long length) =>
        Note(request, $"fetches {request.FileName} by TFTP, {length:N0} bytes");

    public void Finished(TftpRead request, long length, TimeSpan duration)
    {
        counters.Add("tftp.finished");
        Note(request, $"has {request.FileName}, {length:N0} bytes in {duration.TotalSeconds:0.00} s");
    }

    public void Failed(TftpRead request, string reason, bool probe)
    {
        counters.Add(probe ? "tftp.size probes" : "tftp.failed");
        if (!probe && addresses.At(request.Client.Address) is { } machine)
            boots.Remark(machine, "tftp", $"TFTP of {Shown(request.FileName)} failed: {reason}", Level.Warning);
    }

    public void Dropped(EndPoint source, string reason) => counters.Add($"tftp.dropped ({reason})");

    private void Note(TftpRead request, string text)
    {
        if (addresses.At(request.Client.Address) is { } id && inventory.Fleet[id] is { } machine)
            boots.Note(machine, BootStage.Program, "tftp", text);
    }

    private static string Shown(string name) => name.Length > 100 ? name[..100] + "…" : name;
}
