using System.Security.Cryptography;
using System.Text;
using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>The users of a BMC (IPMI 2.0 §22.26 to §22.30). Each throws <see cref="IpmiException"/> if it is refused.</summary>
public static class UserCommands
{
    private const int NameLength = 16;
    private const byte Disable = 0;
    private const byte Enable = 1;
    private const byte SetPassword = 2;
    private const byte TestPassword = 3;

    /// <summary>Get User Access (§22.27).</summary>
    public static ValueTask<UserAccess> GetUserAccessAsync(
        this IIpmiChannel channel, byte lanChannel, byte user, CancellationToken cancellation) =>
        CommandTable.GetUserAccess.AskAsync<UserAccess>(
            channel, new[] { (byte)(lanChannel & 0x0F), Id(user) }, UserAccess.TryParse, cancellation);

    /// <summary>Set User Access (§22.26): limit, messaging, callback and link authentication; the rest of <paramref name="access"/> is not
    /// set.</summary>
    public static async Task SetUserAccessAsync(
        this IIpmiChannel channel, byte lanChannel, byte user, UserAccess access, CancellationToken cancellation)
    {
        var flags = 0x80 | (access.CallbackOnly ? 0x40 : 0) | (access.LinkAuthentication ? 0x20 : 0) | (access.IpmiMessaging ? 0x10 : 0)
            | lanChannel & 0x0F;
        byte[] request = [(byte)flags, Id(user), (byte)((byte)access.Limit & 0x0F), 0];
        await CommandTable.SetUserAccess.AskAsync(channel, request, cancellation).ConfigureAwait(false);
    }

    /// <summary>Get User Name (§22.29); empty if the user has none.</summary>
    public static async Task<string> GetUserNameAsync(this IIpmiChannel channel, byte user, CancellationToken cancellation)
    {
        var response = await CommandTable.GetUserName.SendAsync(channel, new[] { Id(user) }, cancellation).ConfigureAwait(false);

        // A user that was never made has no name; some BMCs refuse to say so.
        if (response.CompletionCode is CompletionCodes.NotPresent or CompletionCodes.InvalidField)
            return "";
        if (!response.Succeeded)
            throw CommandTable.GetUserName.Refusal(response.CompletionCode);
        var name = response.Data.Span;
        var end = name.IndexOf((byte)0);
        return new string([.. Encoding.UTF8.GetString(end < 0 ? name : name[..end]).Where(c => !char.IsControl(c))]);
    }

    /// <summary>Set User Name (§22.28).</summary>
    /// <exception cref="ArgumentException">The name is longer than 16 bytes.</exception>
    public static async Task SetUserNameAsync(this IIpmiChannel channel, byte user, string name, CancellationToken cancellation)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        if (bytes.Length > NameLength)
            throw new ArgumentException($"the name has {bytes.Length} bytes; a BMC accepts at most {NameLength}", nameof(name));
        var request = new byte[1 + NameLength];
        request[0] = Id(user);
        bytes.CopyTo(request, 1);
        await CommandTable.SetUserName.AskAsync(channel, request, cancellation).ConfigureAwait(false);
    }

    /// <summary>All users of a channel, also the nameless ones; two requests a user. Ids that the BMC refuses to speak of are left
    /// out.</summary>
    public static async Task<IReadOnlyList<BmcUser>> ListUsersAsync(
        this IIpmiChannel channel, byte lanChannel, CancellationToken cancellation)
    {
        var first = await channel.GetUserAccessAsync(lanChannel, 1, cancellation).ConfigureAwait(false);
        var users = new List<BmcUser> { new(1, await channel.GetUserNameAsync(1, cancellation).ConfigureAwait(false), first) };
        for (byte id = 2; id <= first.MostUsers; id++)
        {
            byte[] request = [(byte)(lanChannel & 0x0F), id];
            var response = await CommandTable.GetUserAccess.SendAsync(channel, request, cancellation).ConfigureAwait(false);
            if (response.Succeeded && UserAccess.TryParse(response.Data.Span, out var access, out _))
                users.Add(new BmcUser(id, await channel.GetUserNameAsync(id, cancellation).ConfigureAwait(false), access));
        }

        return users;
    }

    /// <summary>Set User Password (§22.30), "enable user" and "disable user".</summary>
    public static async Task EnableUserAsync(this IIpmiChannel channel, byte user, bool enabled, CancellationToken cancellation)
    {
        var response = await PasswordAsync(channel, user, enabled ? Enable : Disable, default, PasswordForm.Sixteen, cancellation)
            .ConfigureAwait(false);
        if (!response.Succeeded)
            throw CommandTable.SetUserPassword.Refusal(response.CompletionCode);
    }

    /// <summary>
    /// Set User Password (§22.30). BMCs have been seen to cut passwords off without a word: prove it with <see cref="TestPasswordAsync"/>,
    /// and by a new session, before the old one is forgotten.
    /// </summary>
    /// <param name="channel">The BMC.</param>
    /// <param name="user">1 to 63.</param>
    /// <param name="password">1 to 16 or to 20 bytes.</param>
    /// <param name="form">Null: 16 bytes if the password fits, else 20.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The password is too long for its form.</exception>
    public static async Task SetPasswordAsync(
        this IIpmiChannel channel, byte user, ReadOnlyMemory<byte> password, PasswordForm? form, CancellationToken cancellation)
    {
        var response =
            await PasswordAsync(channel, user, SetPassword, password, form ?? FormFor(password), cancellation).ConfigureAwait(false);
        if (!response.Succeeded)
            throw CommandTable.SetUserPassword.Refusal(response.CompletionCode);
    }

    /// <summary>Set User Password (§22.30), "test password": asks without a login whether it is this one.</summary>
    public static async Task<PasswordMatch> TestPasswordAsync(
        this IIpmiChannel channel, byte user, ReadOnlyMemory<byte> password, PasswordForm? form, CancellationToken cancellation)
    {
        var response =
            await PasswordAsync(channel, user, TestPassword, password, form ?? FormFor(password), cancellation).ConfigureAwait(false);
        return response.CompletionCode switch
        {
            0x00 => PasswordMatch.Matches,
            0x80 => PasswordMatch.Differs,
            0x81 => PasswordMatch.OtherLength,
            var code => throw CommandTable.SetUserPassword.Refusal(code),
        };
    }

    private static PasswordForm FormFor(ReadOnlyMemory<byte> password) =>
        password.Length > (int)PasswordForm.Sixteen ? PasswordForm.Twenty : PasswordForm.Sixteen;

    private static async Task<IpmiResponse> PasswordAsync(
        IIpmiChannel channel, byte user, byte operation, ReadOnlyMemory<byte> password, PasswordForm form, CancellationToken cancellation)
    {
        if (password.Length > (int)form)
            throw new ArgumentException($"the password has {password.Length} bytes; this form allows {(int)form}", nameof(password));

        // Switching a user on and asking for a password do the same when done twice. Setting is not sent again by itself.
        var command = operation == SetPassword ? CommandTable.SetUserPassword : CommandTable.SetUserPassword with { Repeatable = true };
        var request = new byte[2 + (int)form];
        request[0] = (byte)(Id(user) | (form == PasswordForm.Twenty ? 0x80 : 0));
        request[1] = operation;
        password.CopyTo(request.AsMemory(2));
        try
        {
            return await command.SendAsync(channel, request, cancellation).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(request);
        }
    }

    private static byte Id(byte user) => (byte)(user & 0x3F);
}
