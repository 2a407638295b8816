using System.Runtime.CompilerServices;

namespace Rackboot.Redfish;

/// <summary>Splits a stream of server-sent events (WHATWG HTML §9.2) into the data of each; one larger than the bound ends the
/// stream.</summary>
internal static class EventLines
{
    public static async IAsyncEnumerable<byte[]> ReadAsync(Stream stream, int most, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var chunk = new byte[8192];
        var line = new MemoryStream();
        var data = new MemoryStream();
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellation).ConfigureAwait(false)) > 0)
            for (var i = 0; i < read; i++)
            {
                if (chunk[i] != '\n')
                {
                    if (chunk[i] != '\r')
                        line.WriteByte(chunk[i]);
                    if (line.Length + data.Length > most)
                        throw new InvalidDataException($"an event is larger than {most >> 10} KiB");
                    continue;
                }

                var text = line.ToArray();
                line.SetLength(0);
                if (text.Length == 0 && data.Length > 0)
                {
                    yield return data.ToArray();
                    data.SetLength(0);
                }
                else if (text.AsSpan().StartsWith("data:"u8))
                {
                    data.Write(text.AsSpan(text.Length > 5 && text[5] == ' ' ? 6 : 5));
                    data.WriteByte((byte)'\n');
                }
            }
    }
}
