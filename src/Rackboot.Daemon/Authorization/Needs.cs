using Rackboot.Contracts;

namespace Rackboot.Daemon.Authorization;

/// <summary>What an endpoint needs of its caller. Every endpoint declares it (<see cref="NeedsExtensions"/>), and the OpenAPI document
/// shows it.</summary>
/// <param name="Role">The least role; null lets strangers in.</param>
/// <param name="Secrets">Whether the caller also needs the right to read secrets.</param>
/// <param name="More">What some requests need beyond that; the endpoint checks it itself.</param>
internal sealed record Needs(AccessRole? Role, Reach Reach, bool Secrets = false, string? More = null)
{
    /// <summary>What holds for an endpoint that declares nothing.</summary>
    public static readonly Needs Undeclared = new(AccessRole.Admin, Reach.Everything, Secrets: true);

    /// <summary>One sentence for people.</summary>
    public string Sentence
    {
        get
        {
            if (Role is not { } role)
                return "Needs no login.";
            var secrets = Secrets ? " and the right to read secrets" : "";
            var scope = Reach switch
            {
                Reach.Everything => "; refused to callers with a scope",
                Reach.Machine => "; the machine must be in the caller's scope",
                Reach.Filtered => "; shows and changes only machines in the caller's scope",
                _ => "",
            };
            return $"Needs the role {role.ToString().ToLowerInvariant()}{secrets}{scope}.{(More is null ? "" : $" {More}.")}";
        }
    }
}
