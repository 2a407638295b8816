using Rackboot.Core.Boot;

namespace Rackboot.Core.Diagnosis;

/// <summary>An error message of a booted machine, and its remedies.</summary>
/// <param name="Name">Its name here, <c>install-disk</c>.</param>
/// <param name="Words">The line contains at least one word of each group, ignoring case.</param>
/// <param name="Means">Its meaning, after the machine's name: <c>finds no disk to install to</c>.</param>
/// <param name="Remedies">The remedies; NODE is the machine's name.</param>
/// <param name="Source">The origin of the line: repository and path.</param>
public sealed record TalosMessage(string Name, string[][] Words, string Means, string[] Remedies, string Source)
{
    /// <summary><see cref="FactKind.SystemFault"/>, or that the machine restarts.</summary>
    public FactKind Kind { get; init; } = FactKind.SystemFault;

    /// <summary>The boot fails with it, unless the machine reports later.</summary>
    public bool Ends { get; init; }

    /// <summary>It follows from another fact, which is the cause if it is known.</summary>
    public bool IsSymptom { get; init; }
}
