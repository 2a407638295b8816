using System.Text;

namespace Rackboot.Talos.Http2;

/// <summary>Header fields that one side of a connection names by number (RFC 7541 §2.3): the static table, and the fields that it sent
/// before, in bounded memory.</summary>
internal sealed class HeaderTable
{
    /// <summary>The most bytes of earlier fields, the default of SETTINGS_HEADER_TABLE_SIZE.</summary>
    public const int MostBytes = 4096;

    private const int BytesOfEntry = 32; // RFC 7541 §4.1

    // RFC 7541 Appendix A.
    private static readonly (byte[] Name, byte[] Value)[] Fixed = Read(
        """
        :authority|:method GET|:method POST|:path /|:path /index.html|:scheme http|:scheme https|:status 200|:status 204|:status 206
        :status 304|:status 400|:status 404|:status 500|accept-charset|accept-encoding gzip, deflate|accept-language|accept-ranges|accept
        access-control-allow-origin|age|allow|authorization|cache-control|content-disposition|content-encoding|content-language
        content-length|content-location|content-range|content-type|cookie|date|etag|expect|expires|from|host|if-match|if-modified-since
        if-none-match|if-range|if-unmodified-since|last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range
        referer|refresh|retry-after|server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate
        """);

    private readonly List<(byte[] Name, byte[] Value)> _sent = []; // the newest last
    private int _bytes;
    private int _most = MostBytes;

    public bool TryFind(int number, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var dynamic = _sent.Count - (number - Fixed.Length);
        if (number < 1 || dynamic < 0)
        {
            name = value = default;
            return false;
        }

        (name, value) = number <= Fixed.Length ? Fixed[number - 1] : _sent[dynamic];
        return true;
    }

    /// <summary>Adds a field and forgets the oldest ones beyond the limit.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var bytes = name.Length + value.Length + BytesOfEntry;
        Shrink(Math.Max(0, _most - bytes));
        if (bytes > _most)
            return;
        _sent.Add((name.ToArray(), value.ToArray()));
        _bytes += bytes;
    }

    /// <summary>The sender changes the limit.</summary>
    /// <returns>False if it exceeds what was announced.</returns>
    public bool TryResize(int most)
    {
        if (most > MostBytes)
            return false;
        _most = most;
        Shrink(most);
        return true;
    }

    private void Shrink(int most)
    {
        var gone = 0;
        for (; _bytes > most; gone++)
            _bytes -= _sent[gone].Name.Length + _sent[gone].Value.Length + BytesOfEntry;
        _sent.RemoveRange(0, gone);
    }

    private static (byte[] Name, byte[] Value)[] Read(string fields) =>
        [.. fields.Split(['|', '\n']).Select(f => f.Split(' ', 2)).Select(f =>
            (Encoding.ASCII.GetBytes(f[0]), f.Length > 1 ? Encoding.ASCII.GetBytes(f[1]) : []))];
}
