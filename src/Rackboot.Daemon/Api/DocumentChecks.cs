using Rackboot.Contracts;

namespace Rackboot.Daemon.Api;

/// <summary>Checks the members that all documents share.</summary>
internal static class DocumentChecks
{
    /// <summary>A machine's name is also its host name on the network (RFC 1123 §2.1).</summary>
    public static void Name(string name, List<ProblemError> errors)
    {
        if (name.Length is 0 or > 63 || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '.'))
            || name[0] is '-' or '.' || name[^1] is '-' or '.')
            errors.Add(new("/name", $"\"{name}\" is not a name; allowed: 1 to 63 lower-case letters, digits, '-' and '.', beginning and "
                + "ending with a letter or digit"));
    }

    public static void Labels(IReadOnlyDictionary<string, string>? labels, List<ProblemError> errors)
    {
        foreach (var (key, value) in labels ?? new Dictionary<string, string>())
            if (key.Length is 0 or > 128 || value is not { Length: <= 128 }
                || !(key + value).All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/'))
                errors.Add(new($"/labels/{key}", "a label key or value has at most 128 letters, digits, '-', '_', '.' and '/'"));
    }

    public static void Head(IDocument document, string kind, string name, List<ProblemError> errors)
    {
        if (document.ApiVersion != Document.ApiVersion)
            errors.Add(new("/apiVersion", $"\"{document.ApiVersion}\" is not known; allowed: {Document.ApiVersion}"));
        if (document.Kind != kind)
            errors.Add(new("/kind", $"\"{document.Kind}\" is not {kind}"));
        if (document.Name != name)
            errors.Add(new("/name", $"\"{document.Name}\" is not the name in the URL, {name}"));
    }
}
