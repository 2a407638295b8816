namespace Rackboot.Cloud;

/// <summary>Runs commands on a rescue system, with a key of that machine alone.</summary>
public interface IRescueShell
{
    /// <summary>The public key that a machine's rescue system shall let in, as a line of authorized_keys; made at the first call.</summary>
    /// <param name="name">The server's name with its mark.</param>
    Task<string> PublicKeyAsync(string name, CancellationToken cancel);

    /// <summary>Forgets which host key the machine's rescue system had: each start of one has another.</summary>
    void Forget(string name);

    /// <summary>Runs a script of POSIX shell, and gives what it printed.</summary>
    /// <exception cref="CloudException">It cannot be reached, shows another host key than before, or the script failed.</exception>
    Task<string> RunAsync(string name, string user, string address, string script, CancellationToken cancel);
}
