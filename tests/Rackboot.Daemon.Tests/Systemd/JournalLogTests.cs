using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Rackboot.Daemon.Systemd;

namespace Rackboot.Daemon.Tests.Systemd;

/// <summary>What the journal receives, read as systemd.io/JOURNAL_NATIVE_PROTOCOL says.</summary>
public sealed class JournalLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rb-journal-");
    private readonly Socket _journal = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly StringWriter _standardError = new();
    private readonly string _path;

    public JournalLogTests()
    {
        _path = Path.Combine(_folder.FullName, "socket");
        _journal.Bind(new UnixDomainSocketEndPoint(_path));
        _journal.ReceiveTimeout = 10_000;
    }

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void What_a_message_names_is_a_field_of_its_own()
    {
        using var log = new JournalLog(_path, new ConsoleLog(_standardError, true, TimeProvider.System), TimeProvider.System);
        log.CreateLogger("Events").LogWarning("{Machine} {Kind}: {Text}", "node-01", "boot.stalled", "no script asked for");
        var entry = Receive();
        Assert.Equal("node-01 boot.stalled: no script asked for", entry["MESSAGE"]);
        Assert.Equal("4", entry["PRIORITY"]);
        Assert.Equal("rackbootd", entry["SYSLOG_IDENTIFIER"]);
        Assert.Equal("Events", entry["RACKBOOT_CATEGORY"]);
        Assert.Equal("node-01", entry["RACKBOOT_MACHINE"]);
        Assert.Equal("boot.stalled", entry["RACKBOOT_KIND"]);
        Assert.All(entry.Keys, key => Assert.Matches("^[A-Z][A-Z0-9_]{0,63}$", key));
    }

    [Fact]
    public void A_value_of_several_lines_cannot_be_taken_for_another_field()
    {
        using var log = new JournalLog(_path, new ConsoleLog(_standardError, true, TimeProvider.System), TimeProvider.System);
        log.CreateLogger("Events").LogInformation("{Machine} said {Text}", "node-01", "hello\nPRIORITY=0\n");
        var entry = Receive();
        Assert.Equal("6", entry["PRIORITY"]);
        Assert.Equal("hello\nPRIORITY=0\n", entry["RACKBOOT_TEXT"]);
        Assert.DoesNotContain("\n", entry["MESSAGE"], StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_journal_does_not_take_goes_to_standard_error()
    {
        using var log = new JournalLog(_path, new ConsoleLog(_standardError, true, TimeProvider.System), TimeProvider.System);
        _journal.Dispose();
        log.CreateLogger("Events").LogError("the disk of {Machine} is full", "node-01");
        log.Dispose();
        Assert.Equal("<3>the disk of node-01 is full\n", _standardError.ToString());
    }

    [Fact]
    public void Without_a_journal_there_is_standard_error() =>
        Assert.IsType<ConsoleLog>(JournalLog.OrStandardError(TimeProvider.System));

    private Dictionary<string, string> Receive()
    {
        var buffer = new byte[65536];
        var rest = buffer.AsSpan(0, _journal.Receive(buffer));
        var fields = new Dictionary<string, string>();
        while (!rest.IsEmpty)
        {
            var line = rest[..rest.IndexOf((byte)'\n')];
            rest = rest[(line.Length + 1)..];
            if (line.IndexOf((byte)'=') is var equals and >= 0)
                fields.Add(Encoding.UTF8.GetString(line[..equals]), Encoding.UTF8.GetString(line[(equals + 1)..]));
            else
            {
                var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
                fields.Add(Encoding.UTF8.GetString(line), Encoding.UTF8.GetString(rest.Slice(8, length)));
                rest = rest[(8 + length + 1)..];
            }
        }

        return fields;
    }
}
