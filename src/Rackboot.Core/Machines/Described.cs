using Rackboot.Core.Credentials;
using Rackboot.Core.Profiles;

namespace Rackboot.Core.Machines;

/// <summary>What a <see cref="Description"/> came to, each in the order of its puts. One refusal anywhere, and nothing was
/// stored.</summary>
public sealed record Described(
    IReadOnlyList<Applied<Profile>> Profiles, IReadOnlyList<Applied<Credential>> Credentials, IReadOnlyList<Applied<Machine>> Machines)
{
    public bool IsRefused =>
        Profiles.Any(p => p.Refusal is not null) || Credentials.Any(c => c.Refusal is not null) || Machines.Any(m => m.Refusal is not null);
}
