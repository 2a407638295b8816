using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Authentication;

/// <summary>What the members of groups may do, for logins whose groups others keep: OIDC and client certificates.</summary>
/// <param name="Rules">The first whose group the caller is in, decides.</param>
internal sealed record GroupRights(IReadOnlyList<(string Group, Rights Rights)> Rules)
{
    /// <summary>What somebody in these groups may do; null: nothing.</summary>
    public Rights? Of(IReadOnlyCollection<string> groups)
    {
        foreach (var (group, rights) in Rules)
            if (groups.Contains(group))
                return rights;
        return null;
    }
}
