using System.Formats.Tar;

namespace Rackboot.Tar;

// Reads a tar that nobody vouches for. It is compiled into each library that reads one, which share no other.
internal static class TarReading
{
    // The next entry, null at the end; InvalidDataException where the tar is damaged or cut off. The framework's reader tells damage in as
    // many ways as its code has places that come upon it.
    public static async ValueTask<TarEntry?> NextAsync(this TarReader tar, CancellationToken cancel)
    {
        try
        {
            return await tar.GetNextEntryAsync(copyData: false, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (
            e is EndOfStreamException or FormatException or ArgumentException or NotSupportedException or OverflowException
                or InvalidOperationException)
        {
            throw new InvalidDataException("the tar is damaged", e);
        }
    }
}
