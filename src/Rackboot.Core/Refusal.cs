namespace Rackboot.Core;

/// <summary>Why the appliance refused an operator's request.</summary>
/// <param name="Path">JSON pointer to the member of the document that is at fault; empty for the whole.</param>
/// <param name="Message">The error and the remedy.</param>
public sealed record Refusal(RefusalKind Kind, string Path, string Message)
{
    public static Refusal NotFound(string message) => new(RefusalKind.NotFound, "", message);

    public static Refusal Changed(string message) => new(RefusalKind.Changed, "", message);

    public static Refusal Conflict(string path, string message) => new(RefusalKind.Conflict, path, message);

    public static Refusal Invalid(string path, string message) => new(RefusalKind.Invalid, path, message);
}
