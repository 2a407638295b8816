using System.Text.Json;

namespace Rackboot.Contracts;

/// <summary>Documents to apply together: all of them, or none.</summary>
/// <param name="Items">Machines, profiles and credentials, in any order; each has its <c>kind</c>.</param>
public sealed record ApplyOrder(IReadOnlyList<JsonElement> Items);

/// <summary>The outcome for one document.</summary>
/// <param name="Document">In a dry run: the document that would be stored, without secrets; none if nothing would change.</param>
/// <param name="Hints">What the operator still has to do before the machine boots as described; none if nothing.</param>
/// <param name="Kind">Kind of the document.</param>
/// <param name="Name">Name of the document.</param>
/// <param name="Outcome">What happened to the document.</param>
/// <param name="Warnings">Problems that will stop a boot, each with its place in the document; none if there are none.</param>
public sealed record ApplyResult(
    string Kind, string Name, ApplyOutcome Outcome, IReadOnlyList<string>? Hints = null, IReadOnlyList<ProblemError>? Warnings = null,
    JsonElement? Document = null);

/// <summary>What happened to a document.</summary>
public enum ApplyOutcome
{
    Unchanged,
    Configured,
    Created,
}
