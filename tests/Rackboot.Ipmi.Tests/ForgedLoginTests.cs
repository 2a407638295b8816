using Rackboot.Ipmi.Tests.Support;
using Rackboot.Ipmi.Wire;
using Rackboot.Tests.Shared;

namespace Rackboot.Ipmi.Tests;

/// <summary>Somebody who does not see the login answers in the BMC's name, with every tag right by luck: two refusals that are believed
/// would stop automation of that BMC.</summary>
public sealed class ForgedLoginTests : IDisposable
{
    private readonly FakeBmc _bmc = new();
    private readonly ManualClock _clock = new();
    private readonly IpmiSocket _socket;

    public ForgedLoginTests() => _socket = new IpmiSocket(_clock);

    public void Dispose()
    {
        _socket.Dispose();
        _bmc.Dispose();
    }

    public static TheoryData<byte, string> Forgeries()
    {
        var all = new TheoryData<byte, string>();
        foreach (var type in new[] { PayloadType.OpenSessionResponse, PayloadType.Rakp2, PayloadType.Rakp4 })
            foreach (var how in Ways)
                all.Add((byte)type, how);
        return all;
    }

    private static readonly string[] Ways =
    [
        "refuses, with another number", "refuses, with no number", "refuses, cut short", "agrees, with another number",
        "refuses a hundred times, with guesses",
    ];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_login_goes_on_past_an_answer_that_does_not_name_its_session(byte type, string how)
    {
        _bmc.BeforeLoginAnswer = (t, right) => t == (PayloadType)type ? Forged(right, how) : [];
        var session = await OpenAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(session.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task A_bmc_that_leaves_the_number_out_of_its_refusal_is_believed_once_no_better_answer_came()
    {
        _bmc.BeforeLoginAnswer = (type, right) =>
        {
            _bmc.IsMuteInLogin = type == PayloadType.Rakp2;
            return _bmc.IsMuteInLogin ? [[right[0], (byte)RakpStatus.UnauthorizedName]] : [];
        };
        var opening = OpenAsync();
        await Wait.UntilAsync(() => _socket.Dropped.Unasked > 0, "the refusal has come"); // and is not believed yet
        Assert.False(opening.IsCompleted);
        await _clock.PassAsync(TimeSpan.FromSeconds(0.5));
        var refused = await Assert.ThrowsAsync<IpmiException>(() => opening);
        Assert.Equal(IpmiFailure.WrongCredential, refused.Failure);
    }

    private Task<IpmiSession> OpenAsync()
    {
        Assert.True(IpmiCredential.TryCreate("admin", "secret"u8, default, out var credential, out _));
        return IpmiSession.OpenAsync(_socket, _bmc.EndPoint, credential, IpmiSessionOptions.Default, null, CancellationToken.None);
    }

    private static IEnumerable<byte[]> Forged(byte[] right, string how)
    {
        byte[] other = [right[4], right[5], right[6], (byte)(right[7] ^ 0x40)];
        const byte Refused = (byte)RakpStatus.UnauthorizedName;
        return how switch
        {
            "refuses, with another number" => [[right[0], Refused, 0, 0, .. other]],
            "refuses, with no number" => [[right[0], Refused, 0, 0, 0, 0, 0, 0]],
            "refuses, cut short" => [[right[0], Refused]],
            "agrees, with another number" => [[.. right[..4], .. other, .. right[8..]]],
            _ => Enumerable.Range(0, 100).Select(n => (byte[])[right[0], Refused, 0, 0, (byte)n, (byte)(n >> 8), 0xFF, 0xFF]),
        };
    }
}
