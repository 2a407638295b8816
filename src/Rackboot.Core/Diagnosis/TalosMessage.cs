using Rackboot.Core.Boot;

namespace Rackboot.Core.Diagnosis;

/// <summary>A line that a booted machine writes when something is wrong, and what to do about it.</summary>
/// <param name="Name">Its name here, <c>install-disk</c>.</param>
/// <param name="Words">The line has at least one word of each group, whatever their case.</param>
/// <param name="Means">What is the matter, after the machine's name: <c>finds no disk to install to</c>.</param>
/// <param name="Remedies">What to do; NODE stands for the machine's name.</param>
/// <param name="Source">Where the line comes from: repository and path.</param>
public sealed record TalosMessage(string Name, string[][] Words, string Means, string[] Remedies, string Source)
{
    /// <summary><see cref="FactKind.SystemFault"/>, or that the machine restarts.</summary>
    public FactKind Kind { get; init; } = FactKind.SystemFault;

    /// <summary>The boot does not succeed after it, unless the machine says so itself.</summary>
    public bool Ends { get; init; }

    /// <summary>It follows from something else, which is the cause where it is known.</summary>
    public bool IsSymptom { get; init; }
}
