namespace Rackboot.Talos.Secrets;

/// <summary>Role names in a certificate, one O each.</summary>
public static class TalosRoleNames
{
    private static readonly (TalosRole Role, string Name)[] Table =
    [
        (TalosRole.Admin, "os:admin"),
        (TalosRole.Operator, "os:operator"),
        (TalosRole.Reader, "os:reader"),
        (TalosRole.EtcdBackup, "os:etcd:backup"),
        (TalosRole.MetaWriter, "os:meta:writer"),
        (TalosRole.ImageVerifier, "os:image:verifier"),
        (TalosRole.Impersonator, "os:impersonator"),
    ];

    /// <summary><c>os:admin</c> and so on.</summary>
    public static string Name(this TalosRole role) => Table.First(entry => entry.Role == role).Name;

    /// <summary>Reads <c>os:admin</c>, or <c>admin</c>.</summary>
    public static bool TryParse(string text, out TalosRole role)
    {
        var known = Table.FirstOrDefault(entry => entry.Name == text || entry.Name == "os:" + text);
        role = known.Role;
        return known.Name is not null;
    }
}
