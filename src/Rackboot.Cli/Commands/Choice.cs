using System.CommandLine;
using System.CommandLine.Parsing;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary>Values that are one of a fixed set of words.</summary>
internal static class Choice
{
    public static void Among(this Option<string> option, params string[] words)
    {
        option.CompletionSources.Add(words);
        option.Validators.Add(result => Check(result, option.Name, words));
    }

    public static void Among(this Argument<string> argument, params string[] words)
    {
        argument.CompletionSources.Add(words);
        argument.Validators.Add(result => Check(result, argument.Name.ToUpperInvariant(), words));
    }

    private static void Check(SymbolResult result, string name, string[] words)
    {
        if (result.Tokens is [var word] && !words.Contains(word.Value))
            result.AddError($"\"{word.Value}\" is not allowed for {name}; {Spelling.Hint(word.Value, words)}");
    }
}
