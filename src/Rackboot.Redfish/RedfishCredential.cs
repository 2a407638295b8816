namespace Rackboot.Redfish;

/// <summary>An account of a BMC. <see cref="object.ToString"/> shows the user name alone.</summary>
public sealed class RedfishCredential(string userName, string password)
{
    public string UserName { get; } = userName;

    /// <summary>The password in clear: only for the request that needs it.</summary>
    internal string Password { get; } = password;

    public override string ToString() => $"{UserName}:***";
}
