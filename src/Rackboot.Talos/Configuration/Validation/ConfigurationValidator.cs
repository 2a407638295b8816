using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Checks machine configurations as <c>talosctl validate</c> does, and reports every error with its place.</summary>
public static class ConfigurationValidator
{
    /// <summary>Reads and checks a text.</summary>
    /// <returns>Errors and warnings, by line; strict mode has no warnings.</returns>
    public static IReadOnlyList<ConfigurationMistake> Validate(string text, ConfigurationOptions options)
    {
        var mistakes = new List<ConfigurationMistake>();
        var configuration = MachineConfiguration.Read(text, options, mistakes);
        if (configuration.Documents.Count > 0)
            Check(configuration, options, mistakes);
        return [.. mistakes.OrderBy(m => m.Line)];
    }

    /// <summary>Checks a parsed or composed configuration.</summary>
    public static IReadOnlyList<ConfigurationMistake> Validate(MachineConfiguration configuration, ConfigurationOptions options)
    {
        var mistakes = new List<ConfigurationMistake>();
        if (configuration.Documents.Count > 0)
            Check(configuration, options, mistakes);
        return mistakes;
    }

    private static void Check(MachineConfiguration configuration, ConfigurationOptions options, List<ConfigurationMistake> mistakes)
    {
        var findings = new Findings(mistakes);
        foreach (var conflict in DocumentConflicts.Find(configuration))
            findings.Add(conflict);
        var documents = configuration.Documents.Select(d => (d.Kind.Name, Document: new Cursor(findings, d))).ToList();
        var context = new RuleContext(configuration.Legacy is { } legacy ? new Cursor(findings, legacy) : null, options);
        foreach (var (kind, document) in documents)
            DocumentRules.Apply(kind, document, context);
        WholeConfigurationRules.Apply(documents, context);

        // Config.Validate alone reads the option: warnings of other documents stay warnings.
        for (var i = 0; options.Strict && i < mistakes.Count; i++)
        {
            if (mistakes[i].Document == DocumentKind.Legacy)
                mistakes[i] = mistakes[i] with { IsWarning = false };
        }
    }
}
