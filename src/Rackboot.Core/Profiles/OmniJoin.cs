namespace Rackboot.Core.Profiles;

/// <summary>How machines of a profile join Omni, which manages them from then on. The join token is a secret: it is stored encrypted, and
/// only its digest stands here.</summary>
/// <param name="Api">Where Omni's SideroLink is reached, <c>https://omni.example.org:8090</c> or <c>grpc://…</c>.</param>
/// <param name="Tunnel">WireGuard goes through the API's connection, for networks that let no UDP out.</param>
/// <param name="Events">Where machines send their events, inside of SideroLink.</param>
/// <param name="KernelLog">Where machines send their kernel log, inside of SideroLink.</param>
/// <param name="TokenSha256">Which token is stored; null where none was sent, and the stored one stays.</param>
public sealed record OmniJoin(string Api, bool Tunnel, string Events, string KernelLog, string? TokenSha256);
