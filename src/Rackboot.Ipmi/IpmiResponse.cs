namespace Rackboot.Ipmi;

/// <summary>What a BMC answered to an <see cref="IpmiRequest"/>.</summary>
/// <param name="CompletionCode">0 for success; else one of IPMI 2.0 §5.2, table 5-2, or one of the command's own.</param>
/// <param name="Data">The response data behind the completion code.</param>
public readonly record struct IpmiResponse(byte CompletionCode, ReadOnlyMemory<byte> Data)
{
    public bool Succeeded => CompletionCode == 0;
}
