namespace Rackboot.Core.Images;

/// <summary>An imported bundle.</summary>
/// <param name="Id">Of its manifest.</param>
/// <param name="Base">The bundle that it adds to, or null.</param>
public sealed record MirroredBundle(string Id, string Title, DateTimeOffset Created, DateTimeOffset Imported, int Images, int Files,
    long Bytes, string? Base);
