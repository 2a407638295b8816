namespace Rackboot.Core.Boot;

/// <summary>A file that a boot fetches.</summary>
/// <param name="Bytes">Length of the whole file.</param>
/// <param name="Acknowledged">Received bytes, the most of any attempt.</param>
/// <param name="Tries">Number of attempts.</param>
public sealed record BootFile(long Bytes, long Acknowledged, int Tries)
{
    public bool IsWhole => Acknowledged >= Bytes;
}
