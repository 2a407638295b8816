using System.Net;
using System.Net.Sockets;

namespace Rackboot.Talos;

/// <summary>One machine's connection: cuts what comes into lines. The end of a line may come later than its beginning.</summary>
internal sealed class KernelLogConnection(Socket socket, IPAddress source, long id) : IDisposable
{
    private const int MostLineBytes = 64 * 1024;

    // A machine never sends so many invalid lines in a row.
    private const int MostGarbage = 100;

    private byte[] _begun = [];
    private int _garbage;

    public Socket Socket => socket;

    public IPAddress Source => source;

    public long Id => id;

    /// <summary>Whether it is a machine's and no stranger's.</summary>
    public bool IsExpected { get; set; }

    /// <summary>Bytes of a line whose end has not come.</summary>
    public int Begun => _begun.Length;

    /// <summary>Its index among all.</summary>
    public int Place { get; set; }

    /// <summary>When it was last heard (<see cref="Environment.TickCount64"/>).</summary>
    public long Heard { get; set; } = Environment.TickCount64;

    /// <summary>Takes what came.</summary>
    /// <param name="room">For the text of the messages: as many characters as bytes.</param>
    /// <param name="messages">Takes the messages.</param>
    /// <param name="onDropped">Is told each line that is none, and the reason.</param>
    /// <returns>False if the connection is to end.</returns>
    public bool Take(
        ReadOnlySpan<byte> bytes, Memory<char> room, List<KernelLogMessage> messages, Action<IPAddress, string> onDropped)
    {
        if (_begun.Length > 0)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (_begun.Length + (end < 0 ? bytes.Length : end) > MostLineBytes)
            {
                onDropped(source, "line too long");
                return false;
            }

            _begun = [.. _begun, .. end < 0 ? bytes : bytes[..end]];
            if (end < 0)
                return true;
            Read(_begun, new char[_begun.Length], messages, onDropped);
            _begun = [];
            bytes = bytes[(end + 1)..];
        }

        for (int end; (end = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..], room = room[(end + 1)..])
            Read(bytes[..end], room[..end], messages, onDropped);
        if (bytes.Length > 0)
            _begun = bytes.ToArray();
        return _garbage < MostGarbage;
    }

    public void Dispose() => socket.Dispose();

    private void Read(ReadOnlySpan<byte> line, Memory<char> room, List<KernelLogMessage> messages, Action<IPAddress, string> onDropped)
    {
        if (_garbage >= MostGarbage)
            return;
        if (KernelLogMessage.TryParse(line, room, out var message, out var error))
        {
            messages.Add(message);
            _garbage = 0;
            return;
        }

        _garbage++;
        onDropped(source, error!);
    }
}
