using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Rackboot.Ipmi;

/// <summary>A user of a BMC with its password, and the BMC's key where it has one. Shows itself only as the user's name.</summary>
public sealed class IpmiCredential
{
    /// <summary>Longest name of a user, in bytes (IPMI 2.0 §22.28).</summary>
    public const int LongestUserName = 16;

    /// <summary>Longest password, in bytes (§22.30; IPMI 1.5 and some BMCs take 16).</summary>
    public const int LongestPassword = 20;

    /// <summary>Longest BMC key, in bytes (§22.25).</summary>
    public const int LongestKey = 20;

    private IpmiCredential(string userName, byte[] password, byte[] key) => (UserName, Password, Key) = (userName, password, key);

    public string UserName { get; }

    internal byte[] Password { get; }

    /// <summary>Kg; empty where logins have one key.</summary>
    internal byte[] Key { get; }

    internal byte[] UserNameBytes => Encoding.UTF8.GetBytes(UserName);

    /// <summary>Makes a credential, or says what is too long.</summary>
    /// <param name="userName">Empty for the anonymous user.</param>
    /// <param name="password">As bytes; shorter ones are filled up with 0, as the specification has it.</param>
    /// <param name="key">The BMC key Kg; empty where the BMC has none, which is the rule.</param>
    public static bool TryCreate(string userName, ReadOnlySpan<byte> password, ReadOnlySpan<byte> key,
        [NotNullWhen(true)] out IpmiCredential? credential, [NotNullWhen(false)] out string? error)
    {
        var name = Encoding.UTF8.GetByteCount(userName);
        error = name > LongestUserName ? $"the user name has {name} bytes; a BMC accepts at most {LongestUserName}"
            : password.Length > LongestPassword ? $"the password has {password.Length} bytes; a BMC accepts at most {LongestPassword}, and "
                + "some only 16: set a shorter one on the BMC"
            : key.Length > LongestKey ? $"the BMC key (Kg) has {key.Length} bytes; a BMC accepts at most {LongestKey}"
            : null;
        credential = error is null ? new IpmiCredential(userName, password.ToArray(), key.ToArray()) : null;
        return credential is not null;
    }

    public override string ToString() => $"{UserName}:***";
}
