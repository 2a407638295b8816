using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary>What a command is about: a kind, and the names of things of it; none is all of them.</summary>
internal sealed record Target(Resource Resource, IReadOnlyList<string> Names)
{
    /// <summary>Reads <c>KIND NAME…</c> and <c>KIND/NAME…</c>, in which kinds may be mixed.</summary>
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
                return (mistake = $"\"{word}\" is not like machine/node-01") is null;
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

    /// <summary>Words for <c>KIND</c> and for <c>KIND/NAME</c>.</summary>
    public static IEnumerable<CompletionItem> Complete(Session session, CompletionContext context, IEnumerable<Resource> kinds)
    {
        if (context.WordToComplete.Split('/', 2) is [var kind, _] && Resource.Named(kind) is { } resource)
            return session.Complete(context, resource, kind + "/");
        return kinds.Select(r => new CompletionItem(r.Plural));
    }

    /// <summary>The argument for a machine's name, which may be given as <c>machine/node-01</c> too.</summary>
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
            result.AddError($"\"{word}\" is not a machine; it is like node-01 or machine/node-01");
        return name;
    }

    public static string UnknownKind(string kind) =>
        Spelling.Nearest(kind, Resource.All.SelectMany(r => r.Aliases.Append(r.Plural)).Where(a => a.Length > 1)) is { } near
            ? $"there is no kind \"{kind}\"; did you mean {near}?"
            : $"there is no kind \"{kind}\"; there are {string.Join(", ", Resource.All.Select(r => r.Plural))}";
}
