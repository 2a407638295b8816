using System.Globalization;
using System.Net;
using System.Text;

namespace Rackboot.Dhcp.Tests.Real;

/// <summary>Leases in a file, a line each, flushed to the disk with every commit.</summary>
internal sealed class FileStore(string path) : ILeaseStore
{
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);

    public void Load(Action<Lease> take)
    {
        foreach (var ofAddress in Read(path).GroupBy(l => l.Address))
            take(ofAddress.Last());
    }

    public Task CommitAsync(IReadOnlyList<Lease> changes, CancellationToken cancel)
    {
        var text = new StringBuilder();
        foreach (var l in changes)
            text.Append(CultureInfo.InvariantCulture,
                $"{l.Address}|{l.State}|{l.Holder}|{l.HardwareAddress}|{Convert.ToHexString(
                    l.ClientIdentifier.Span)}|{l.Subnet}|{l.Since.UtcTicks}|{l.Expires.UtcTicks}\n");
        var bytes = Encoding.ASCII.GetBytes(text.ToString());
        return Task.Run(() =>
        {
            _file.Write(bytes);
            _file.Flush(flushToDisk: true);
        }, cancel);
    }

    /// <summary>Every change in the order in which they were committed; a line cut short by a crash does not count.</summary>
    public static IEnumerable<Lease> Read(string path)
    {
        using var file = new StreamReader(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));
        foreach (var line in file.ReadToEnd().Split('\n')[..^1])
        {
            var part = line.Split('|');
            yield return new Lease
            {
                Address = IPAddress.Parse(part[0]),
                State = Enum.Parse<LeaseState>(part[1]),
                Holder = part[2],
                HardwareAddress = part[3],
                ClientIdentifier = Convert.FromHexString(part[4]),
                Subnet = part[5],
                Since = new DateTimeOffset(long.Parse(part[6]), TimeSpan.Zero),
                Expires = new DateTimeOffset(long.Parse(part[7]), TimeSpan.Zero),
            };
        }
    }
}
