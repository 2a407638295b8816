using System.Text;

namespace Rackboot.Ipmi.Tests.Commands;

public class UserTests
{
    [Fact]
    public async Task Users_are_listed_with_names_and_rights()
    {
        var channel = new ScriptedChannel()
            .On(IpmiNetFunction.App, 0x44, request => request[1] == 4
                ? [0xCC]
                : [0, 0x04, (byte)((request[1] == 2 ? 0x40 : 0x80) | 1), 0x01, (byte)(request[1] == 2 ? 0x34 : 0x0F)])
            .On(IpmiNetFunction.App, 0x46,
                request => request[0] == 2 ? [0, .. Encoding.ASCII.GetBytes("admin\0\0\0\0\0\0\0\0\0\0\0")] : [0xCC]);

        var users = await channel.ListUsersAsync(1, default);

        Assert.Equal([(1, ""), (2, "admin"), (3, "")], users.Select(u => ((int)u.Id, u.Name)));
        Assert.Equal(
            new UserAccess
            {
                Limit = PrivilegeLimit.Administrator, IpmiMessaging = true, LinkAuthentication = true, IsEnabled = true, MostUsers = 4,
                EnabledUsers = 1, FixedNames = 1,
            },
            users[1].Access);
        Assert.True(users[0].Access is { Limit: PrivilegeLimit.NoAccess, IsEnabled: false });
    }

    [Fact]
    public async Task Rights_and_names_are_set()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.App, 0x43, "00").On(IpmiNetFunction.App, 0x45, "00");

        await channel.SetUserAccessAsync(1, 5, new UserAccess { Limit = PrivilegeLimit.Operator, IpmiMessaging = true }, default);
        Assert.Equal("91050300", channel.Last);

        await channel.SetUserNameAsync(5, "rackboot", default);
        Assert.Equal("05" + "7261636b626f6f74" + "0000000000000000", channel.Last);
        await Assert.ThrowsAsync<ArgumentException>(() => channel.SetUserNameAsync(5, new string('x', 17), default));
    }

    [Theory]
    [InlineData("secret", null, "0502" + "736563726574" + "00000000000000000000")]
    [InlineData("secret", PasswordForm.Twenty, "8502" + "736563726574" + "0000000000000000000000000000")]
    [InlineData("0123456789abcdef", null, "0502" + "30313233343536373839616263646566")]
    [InlineData("0123456789abcdefg", null, "8502" + "3031323334353637383961626364656667" + "000000")]
    public async Task A_password_is_sent_in_the_shortest_form_it_fits_and_never_twice(string password, PasswordForm? form, string data)
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.App, 0x47, "00");

        await channel.SetPasswordAsync(5, Encoding.ASCII.GetBytes(password), form, default);

        Assert.Equal(data, channel.Last);
        Assert.False(channel.Requests.Single().Repeatable);
    }

    [Fact]
    public async Task A_password_longer_than_its_form_is_not_sent_and_not_shown()
    {
        var channel = new ScriptedChannel();
        foreach (var (password, form) in new[] { ("verysecretverysecret1", (PasswordForm?)null),
            ("verysecretverysec", PasswordForm.Sixteen) })
        {
            var failure = await Assert.ThrowsAsync<ArgumentException>(
                () => channel.SetPasswordAsync(5, Encoding.ASCII.GetBytes(password), form, default));
            Assert.DoesNotContain("verysecret", failure.ToString(), StringComparison.Ordinal);
        }

        Assert.Empty(channel.Requests);
    }

    [Fact]
    public async Task The_request_that_held_a_password_is_wiped()
    {
        ReadOnlyMemory<byte> kept = default;
        var channel = new KeepingChannel(request => kept = request.Data);

        await channel.SetPasswordAsync(5, "secret"u8.ToArray(), null, default);

        Assert.Equal(18, kept.Length);
        Assert.True(kept.Span.IndexOfAnyExcept((byte)0) < 0);
    }

    [Theory]
    [InlineData("00", PasswordMatch.Matches)]
    [InlineData("80", PasswordMatch.Differs)]
    [InlineData("81", PasswordMatch.OtherLength)]
    public async Task A_bmc_tells_whether_a_password_is_the_one(string answer, PasswordMatch match)
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.App, 0x47, answer);
        Assert.Equal(match, await channel.TestPasswordAsync(5, "secret"u8.ToArray(), null, default));
        Assert.StartsWith("0503", channel.Last, StringComparison.Ordinal);
        Assert.True(channel.Requests.Single().Repeatable);
    }

    [Fact]
    public async Task Users_are_switched_on_and_off()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.App, 0x47, "00");
        await channel.EnableUserAsync(3, enabled: true, default);
        Assert.StartsWith("0301", channel.Last, StringComparison.Ordinal);
        await channel.EnableUserAsync(3, enabled: false, default);
        Assert.StartsWith("0300", channel.Last, StringComparison.Ordinal);
    }

    private sealed class KeepingChannel(Action<IpmiRequest> keep) : IIpmiChannel
    {
        public ValueTask<IpmiResponse> SendAsync(IpmiRequest request, CancellationToken cancellation)
        {
            keep(request);
            return ValueTask.FromResult(new IpmiResponse(0, default));
        }
    }
}
