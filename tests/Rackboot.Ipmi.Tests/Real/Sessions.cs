using System.Net;
using System.Text;

namespace Rackboot.Ipmi.Tests.Real;

/// <summary>Opens sessions as tests want them.</summary>
internal static class Sessions
{
    public static IpmiRequest ChassisStatus { get; } = new(IpmiNetFunction.Chassis, 0x01, default);

    public static IpmiCredential Credential(
        string user = "admin", string password = IpmiSimulator.Password, ReadOnlySpan<byte> key = default)
    {
        Assert.True(IpmiCredential.TryCreate(user, Encoding.ASCII.GetBytes(password), key, out var credential, out var error), error);
        return credential;
    }

    public static Task<IpmiSession> OpenAsync(
        IpmiSocket socket, IPEndPoint bmc, IpmiSessionOptions? options = null, IpmiCredential? credential = null, KnownBmc? known = null) =>
        IpmiSession.OpenAsync(
            socket, bmc, credential ?? Credential(), options ?? IpmiSessionOptions.Default, known, TestContext.Current.CancellationToken);

    /// <summary>Whether the machine is on, as Get Chassis Status has it.</summary>
    public static async Task<bool> IsOnAsync(this IIpmiChannel channel)
    {
        var response = await channel.SendAsync(ChassisStatus, TestContext.Current.CancellationToken);
        Assert.Equal(0, response.CompletionCode);
        return (response.Data.Span[0] & 1) != 0;
    }

    public static async Task<byte> ControlAsync(this IIpmiChannel channel, byte what) =>
        (await channel.SendAsync(new IpmiRequest(IpmiNetFunction.Chassis, 0x02, new[] { what }, Repeatable: false),
            TestContext.Current.CancellationToken)).CompletionCode;
}
