using Rackboot.Contracts;
using Rackboot.Contracts.Selection;
using CoreMachine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Authorization;

/// <summary>What a caller may do.</summary>
/// <param name="Role">Includes the roles below it.</param>
/// <param name="Secrets">May read secrets and type on consoles.</param>
/// <param name="Scope">Only machines with these labels; null is all of them, and everything else.</param>
internal sealed record Rights(AccessRole Role, bool Secrets, LabelSelector? Scope)
{
    /// <summary>Everything: what the management socket gives.</summary>
    public static readonly Rights All = new(AccessRole.Admin, Secrets: true, Scope: null);

    public bool Includes(CoreMachine machine) => Scope is null || Scope.Matches(machine.Spec?.Labels);

    /// <summary>Why the caller may not do what needs this; null if they may.</summary>
    public string? Lacks(Needs needs)
    {
        if (needs.Role > Role)
            return $"this needs the role {Word(needs.Role.Value)}; yours is {Word(Role)}";
        if (needs.Secrets && !Secrets)
            return "this needs the right to read secrets, which your login does not have";
        return needs.Reach == Reach.Everything && Scope is not null
            ? "this concerns the whole appliance; your login is limited to some machines" : null;
    }

    /// <summary>Whether somebody with these rights may give <paramref name="others"/> to somebody else: nobody gives more than they
    /// have.</summary>
    public bool Cover(Rights others) => Role >= others.Role && (Secrets || !others.Secrets) && Scope is null;

    private static string Word(AccessRole role) => role.ToString().ToLowerInvariant();
}
