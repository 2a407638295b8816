namespace Rackboot.Core.Boot;

/// <summary>A file that a boot fetches.</summary>
/// <param name="Bytes">Of the whole file.</param>
/// <param name="Acknowledged">How many of them have arrived, the most that any attempt came to.</param>
/// <param name="Tries">How often it was begun.</param>
public sealed record BootFile(long Bytes, long Acknowledged, int Tries)
{
    public bool IsWhole => Acknowledged >= Bytes;
}
