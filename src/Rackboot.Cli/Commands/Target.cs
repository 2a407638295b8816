using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary>What a command acts on: a kind, and names of that kind; no names for all.</summary>
internal sealed record Target(Resource Resource, IReadOnlyList<string> Names)
{
    /// <summary>Reads <c>KIND NAME…</c> and <c>KIND/NAME…</c>; the latter can mix kinds.</summary>
    public static bool TryRead(
        string? kind, IReadOnlyList<string> names, out IReadOnlyList<Target> targets, [NotNullWhen(false)] out string? mistake)
    {
        (targets, mistake) = ([], null);
        if (kind is null)
            return true;
        if (!kind.Contains('/', StringComparison.Ordinal))
        {
            if (Resource.Named(kind) is not { } resource)
                return (mistake = UnknownKind(kind)) is null;
            targets = [new Target(resource, names)];
            return true;
        }

        var read = new List<Target>();
        foreach (var word in names.Prepend(kind))
        {
            if (word.Split('/', 2) is not [var before, { Length: > 0 } name])
                return (mistake = $"\"{word}\" is not of the form KIND/NAME, like machine/node-01") is null;
            if (Resource.Named(before) is not { } resource)
                return (mistake = UnknownKind(before)) is null;
            if (read.FindIndex(t => t.Resource == resource) is var at and >= 0)
                read[at] = read[at] with { Names = [.. read[at].Names, name] };
            else
                read.Add(new Target(resource, [name]));
        }

        targets = read;
        return true;
    }

    /// <summary>Completions for <c>KIND</c> and for <c>KIND/NAME</c>.</summary>
    public static IEnumerable<CompletionItem> Complete(Session session, CompletionContext context, IEnumerable<Resource> kinds)
    {
        if (context.WordToComplete.Split('/', 2) is [var kind, _] && Resource.Named(kind) is { } resource)
            return session.Complete(context, resource, kind + "/");
        return kinds.Select(r => new CompletionItem(r.Plural));
    }

    /// <summary>The argument for a machine's name, also in the form <c>machine/node-01</c>.</summary>
    public static Argument<string> Machine(Session session, string description = "The machine's name.")
    {
        var name = new Argument<string>("machine")
        {
            Description = description,
            CustomParser = result => MachineName(result, result.Tokens[0].Value),
        };
        name.CompletionSources.Add(context => session.Complete(context, Resource.Named("machines")!));
        return name;
    }

    /// <summary>The name in <paramref name="word"/>, without its kind.</summary>
    public static string MachineName(SymbolResult result, string word)
    {
        if (word.Split('/', 2) is not [var kind, { Length: > 0 } name])
            return word;
        if (Resource.Named(kind)?.Plural != "machines")
            result.AddError($"\"{word}\" is not a machine; give node-01 or machine/node-01");
        return name;
    }

    public static string UnknownKind(string kind) =>
        Spelling.Nearest(kind, Resource.All.SelectMany(r => r.Aliases.Append(r.Plural)).Where(a => a.Length > 1)) is { } near
            ? $"there is no kind \"{kind}\"; did you mean {near}?"
            : $"there is no kind \"{kind}\"; allowed: {string.Join(", ", Resource.All.Select(r => r.Plural))}";
}
