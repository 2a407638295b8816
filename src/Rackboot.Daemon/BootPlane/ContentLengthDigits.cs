using System.Text;

namespace Rackboot.Daemon.BootPlane;

/// <summary>Reads the value of Content-Length for the web server, which reads <c>+5</c> as 5. RFC 9112 §6.3, RFC 9110 §8.6 allow only
/// digits; otherwise a proxy before us may see another end of the request. Other values become one that the
/// server refuses (400).</summary>
internal sealed class ContentLengthDigits : Encoding
{
    private const int MostDigits = 19;

    public static ContentLengthDigits Instance { get; } = new();

    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        if (bytes.Length is > 0 and <= MostDigits && !bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return ASCII.GetChars(bytes, chars);
        chars[0] = '?';
        return 1;
    }

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    public override int GetCharCount(byte[] bytes, int index, int count) => Math.Clamp(count, 1, MostDigits);

    public override int GetMaxCharCount(int byteCount) => Math.Max(byteCount, 1);

    public override int GetByteCount(char[] chars, int index, int count) => ASCII.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetMaxByteCount(int charCount) => ASCII.GetMaxByteCount(charCount);
}
