using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Patching;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>Applies patches to texts, with every mistake in words.</summary>
internal static class Patched
{
    /// <summary>The result; it must apply.</summary>
    public static string Text(string text, params string[] patches)
    {
        var mistakes = new List<ConfigurationMistake>();
        var result = Apply(text, patches, mistakes);
        Assert.Empty(mistakes);
        return result!;
    }

    /// <summary>The mistakes; it must not apply.</summary>
    public static string Mistake(string text, params string[] patches)
    {
        var mistakes = new List<ConfigurationMistake>();
        Assert.Null(Apply(text, patches, mistakes));
        return string.Join('\n', mistakes);
    }

    /// <summary>Lines without the leading ones that every v1alpha1 document has.</summary>
    public static string Lines(string text) => text.ReplaceLineEndings("\n").Trim('\n') + "\n";

    private static string? Apply(string text, string[] patches, List<ConfigurationMistake> mistakes)
    {
        var options = new ConfigurationOptions();
        var read = patches.Select((p, i) => ConfigurationPatch.Read(p, $"p{i + 1}", options, mistakes)).ToList();
        return mistakes.Count > 0 ? null : ConfigurationPatcher.Apply(text, read!, options, mistakes);
    }
}
