using System.Text.Json;

namespace Rackboot.Contracts;

/// <summary>Documents to be applied in one go: all of them, or none.</summary>
/// <param name="Items">Machines, profiles and credentials, in any order; each has its <c>kind</c>.</param>
public sealed record ApplyOrder(IReadOnlyList<JsonElement> Items);

/// <summary>What became of one document.</summary>
/// <param name="Document">What a dry run would have stored, without secrets; none where nothing would change.</param>
/// <param name="Hints">What an operator who described it may wait for in vain, and what to do; none if nothing.</param>
/// <param name="Kind">Kind of the document.</param>
/// <param name="Name">Name of the document.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Warnings">What will stop a boot, each at its place in the document; none if nothing will.</param>
public sealed record ApplyResult(
    string Kind, string Name, ApplyOutcome Outcome, IReadOnlyList<string>? Hints = null, IReadOnlyList<ProblemError>? Warnings = null,
    JsonElement? Document = null);

/// <summary>What became of a document.</summary>
public enum ApplyOutcome
{
    Unchanged,
    Configured,
    Created,
}
